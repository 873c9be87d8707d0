{#
Why: the members of a JSON array of texts, or one field of an array of objects, joined by ', '.
Args: text: SQL of a JSON array; path: JSONPath inside each member, or none for the member itself.
Usage: {{ json_array_text('tags', '$."name"') }}
#}
{% macro json_array_text(text, path=none) -%}
    {{ adapter.dispatch('json_array_text', 'goldpan')(text, path) }}
{%- endmacro %}

{# https://www.postgresql.org/docs/current/functions-json.html: json_array_elements. #}
{% macro default__json_array_text(text, path) -%}
    (
        select string_agg({{ json_field('element', [path or '$'], 0) }}, ', ')
        from json_array_elements(cast({{ text }} as json)) as items (element)
    )
{%- endmacro %}

{# https://duckdb.org/docs/stable/sql/functions/lambda #}
{% macro duckdb__json_array_text(text, path) -%}
    array_to_string(list_filter(list_transform(
        cast({{ text }} as json []),
        lambda member: json_extract_string(member, '{{ (path or '$') | replace("'", "''") }}')
    ), lambda member: member <> ''), ', ')
{%- endmacro %}
