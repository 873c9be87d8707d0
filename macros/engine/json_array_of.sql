{#
Why: an aggregate that gathers values or JSON objects into one JSON array as text; null when none.
Args: value: SQL; order_by: SQL list; condition: SQL that is true for the rows to gather.
Usage: {{ json_array_of('former_value', 'extracted_at', 'former_value is not null') }}
#}
{% macro json_array_of(value, order_by, condition) -%}
    {{ adapter.dispatch('json_array_of', 'goldpan')(value, order_by, condition) }}
{%- endmacro %}

{# https://www.postgresql.org/docs/current/functions-aggregate.html: json_agg. #}
{% macro default__json_array_of(value, order_by, condition) -%}
    cast(json_agg({{ value }} order by {{ order_by }}) filter (where {{ condition }}) as text)
{%- endmacro %}

{# https://duckdb.org/docs/stable/sql/functions/aggregates: list, ordered and filtered. #}
{% macro duckdb__json_array_of(value, order_by, condition) -%}
    cast(to_json(
        list({{ value }} order by {{ order_by }}) filter (where {{ condition }})
    ) as text)
{%- endmacro %}
