{#
Why: how many elements a JSON array has, without making a row of each.
Args: text: SQL of JSON text, as json_array_rows reads it: a single object counts as one element.
Usage: sum({{ json_array_count('line_items') }}) as element_count
#}
{% macro json_array_count(text) -%}
    {{ adapter.dispatch('json_array_count', 'goldpan')(text) }}
{%- endmacro %}

{# https://www.postgresql.org/docs/current/functions-json.html; DuckDB has the same function. #}
{% macro default__json_array_count(text) -%}
    json_array_length(cast({{ json_as_array(text) }} as json))
{%- endmacro %}
