{#
Why: one row per element of a JSON array kept as text; a single object counts as one element.
Args: relation: CTE or table; array_column: its JSON text. Adds element (JSON), position (1..n).
Usage: elements as ({{ json_array_rows('parents', 'line_items') }})
#}
{% macro json_array_rows(relation, array_column) -%}
    {{ adapter.dispatch('json_array_rows', 'goldpan')(relation, array_column) }}
{%- endmacro %}

{# https://www.postgresql.org/docs/current/functions-json.html: json_array_elements, ordinality. #}
{% macro default__json_array_rows(relation, array_column) -%}
    select
        {{ relation }}.*,
        items.element,
        items.position
    from {{ relation }}
    cross join lateral json_array_elements(
        cast({{ json_as_array(relation ~ '.' ~ array_column) }} as json)
    ) with ordinality as items (element, position)
{%- endmacro %}

{# https://duckdb.org/docs/stable/sql/query_syntax/unnest: two unnests of one select run in step. #}
{% macro duckdb__json_array_rows(relation, array_column) -%}
    select
        *,
        unnest(cast({{ json_as_array(array_column) }} as json [])) as element,
        unnest(range(1, cast(json_array_length({{ json_as_array(array_column) }}) as bigint) + 1))
            as position
    from {{ relation }}
{%- endmacro %}
