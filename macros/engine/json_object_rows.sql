{#
Why: one row per member of a JSON object kept as text.
Args: relation: CTE; object_column: its JSON text. Adds member_name and member_text.
Usage: members as ({{ json_object_rows('unread', 'unreadable_values') }})
#}
{% macro json_object_rows(relation, object_column) -%}
    {{ adapter.dispatch('json_object_rows', 'goldpan')(relation, object_column) }}
{%- endmacro %}

{# https://www.postgresql.org/docs/current/functions-json.html: json_each_text. #}
{% macro default__json_object_rows(relation, object_column) -%}
    select
        {{ relation }}.*,
        members.member_name,
        members.member_text
    from {{ relation }}
    cross join lateral json_each_text(cast({{ relation }}.{{ object_column }} as json))
        as members (member_name, member_text)
{%- endmacro %}

{# https://duckdb.org/docs/stable/data/json/json_functions: json_keys, in the object's order. #}
{% macro duckdb__json_object_rows(relation, object_column) -%}
    select
        named.*,
        json_extract_string(named.{{ object_column }}, '$."' || named.member_name || '"') as member_text
    from (
        select
            *,
            unnest(json_keys({{ object_column }})) as member_name
        from {{ relation }}
    ) as named
{%- endmacro %}
