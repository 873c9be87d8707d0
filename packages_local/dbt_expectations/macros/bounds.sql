{#
Why: a range with either end open, and ends that count or not.
Args: expression: SQL; min_value, max_value: SQL or none; strictly: ends do not count.
Usage: {{ dbt_expectations.bounds('quantity', 0, none) }}
#}
{% macro bounds(expression, min_value=none, max_value=none, strictly=false) -%}
    {%- if min_value is none and max_value is none -%}
        {{ exceptions.raise_compiler_error('Give min_value, max_value or both.') }}
    {%- endif -%}
    {%- set ends = [] -%}
    {%- if min_value is not none -%}
        {%- do ends.append(expression ~ (' > ' if strictly else ' >= ') ~ min_value) -%}
    {%- endif -%}
    {%- if max_value is not none -%}
        {%- do ends.append(expression ~ (' < ' if strictly else ' <= ') ~ max_value) -%}
    {%- endif -%}
    {{ ends | join(' and ') }}
{%- endmacro %}
