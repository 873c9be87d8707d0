{#
Why: a plan is for some of an entity's records, say people or companies.
Args: plan: its `only` is {column: value}; alias: of the records.
Usage: where {{ match_only(plan) }}
#}
{% macro match_only(plan, alias='records') -%}
    {%- for column, value in plan.get('only', {}).items() -%}
        {{ alias }}.{{ column }} = {{ text_literal(value) }} and {% endfor -%}
    {{ alias }}.record_number is not null
{%- endmacro %}
