{#
Why: a reader wants to know in words why a value won, and what the first rules left undecided.
Args: none; over the columns rule, deciding_step, rule_1 …, decided_by, decided_at, why.
Usage: {{ rule_reason() }} as rule_reason
#}
{% macro rule_reason() -%}
    {%- set words = survivorship_vocabulary() -%}
    case
        when rule = 'decision' then {{ decision_reason() }}
        {%- for name, rule in words.rules.items() %}
        when rule = '{{ name }}' then '{{ rule.says }}'
        {%- endfor %}
        {%- for name, says in words.outcomes.items() %}
        when rule = '{{ name }}' then '{{ says }}'
        {%- endfor %}
    end
    || case
        when deciding_step < 1 then ''
        when rule_1 = 'manual' then ', until a person decides'
        {%- for step in words.steps[1:] + [words.steps | length + 1] %}
        when deciding_step = {{ step }} and rule_1 is not null
            then ', as ' || {% for before in words.steps[:step - 1] -%}
            {{ "rule_1" if before == 1 else "coalesce(' and ' || rule_" ~ before ~ ", '')" }}
            {{- ' || ' }}
            {%- endfor %}' left a tie'
        {%- endfor %}
        else ''
    end
{%- endmacro %}
