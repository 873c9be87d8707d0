{#
Why: a step of a chain of survivorship rules as a number, smallest preferred; a rule nobody knows is
cast to a number, which ends the build with its name.
Args: step: its place in the chain.
Usage: {{ rule_rank(1) }} as rank_1
#}
{% macro rule_rank(step) -%}
    case
        when chains.rule_{{ step }} is null then null
        {%- for name, rule in survivorship_vocabulary().rules.items() %}
        when rule_{{ step }} = '{{ name }}'
            then cast({{ rule.rank | replace('step_source', 'source_' ~ step) }} as double precision)
        {%- endfor %}
        else cast(rule_{{ step }} as double precision)
    end
{%- endmacro %}
