{#
Why: which records of a mixed stream speak for the entity.
Args: plan: mapping_plan, or its keep and paths.
Usage: case when {{ keep_test(plan) }} then 1 end; empty where all speak
#}
{% macro keep_test(plan) -%}
    {%- for condition in plan.keep %}
        {%- set field = json_field('fields', plan.paths, condition.index) -%}
        {%- set values = [] -%}
        {%- for value in condition['values'] -%}
            {%- do values.append(text_literal(value)) -%}
        {%- endfor %}
        {%- if condition.operator == 'is' -%} {{ field }} is
            {{- '' if condition['values'] == ['missing'] else ' not' }} null
        {%- elif condition.operator == 'in' -%} {{ field }} in ({{ values | join(', ') }})
        {%- else -%} coalesce({{ field }} not in ({{ values | join(', ') }}), true)
        {%- endif -%}
        {{ ' and ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
