{#
Why: which records of a mixed stream speak for the entity.
Args: plan: mapping_plan.
Usage: from parsed {{ keep_condition(plan) }}
#}
{% macro keep_condition(plan) -%}
    {%- for condition in plan.keep %}
    {{ 'where' if loop.first else 'and' }}
        {%- set field = json_field('fields', plan.paths, condition.index) -%}
        {%- set values = [] -%}
        {%- for value in condition['values'] -%}
            {%- do values.append(text_literal(value)) -%}
        {%- endfor %}
        {%- if condition.operator == 'is' %} {{ field }} is
            {{- '' if condition['values'] == ['missing'] else ' not' }} null
        {%- elif condition.operator == 'in' %} {{ field }} in ({{ values | join(', ') }})
        {%- else %} coalesce({{ field }} not in ({{ values | join(', ') }}), true)
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}
