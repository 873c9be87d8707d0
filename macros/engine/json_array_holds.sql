{#
Why: whether a JSON array of texts holds a text; null when either is null.
Args: array: SQL of JSON as text; text: SQL.
Usage: {{ json_array_holds('former_values', 'value_text') }}
#}
{% macro json_array_holds(array, text) -%}
    {{ adapter.dispatch('json_array_holds', 'goldpan')(array, text) }}
{%- endmacro %}

{# https://www.postgresql.org/docs/current/functions-json.html: jsonb @> jsonb. #}
{% macro default__json_array_holds(array, text) -%}
    cast({{ array }} as jsonb) @> to_jsonb(cast({{ text }} as text))
{%- endmacro %}

{# https://duckdb.org/docs/stable/data/json/json_functions: json_contains. #}
{% macro duckdb__json_array_holds(array, text) -%}
    json_contains({{ array }}, to_json(cast({{ text }} as text)))
{%- endmacro %}
