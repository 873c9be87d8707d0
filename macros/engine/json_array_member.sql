{#
Why: fields that people add to records come as a list of {name, value}; the value is found by its name.
Args: text: SQL of a JSON array of objects; key_path, key: JSONPath and text that the member has
there; value_path: JSONPath of what is taken. The first such member counts; null when there is none.
Usage: {{ json_array_member('custom_fields', '$."name"', 'Priority', '$."display_value"') }}
#}
{% macro json_array_member(text, key_path, key, value_path) -%}
    {{ adapter.dispatch('json_array_member', 'goldpan')(text, key_path, key, value_path) }}
{%- endmacro %}

{# https://www.postgresql.org/docs/current/functions-json.html: json_array_elements, ordinality. #}
{% macro default__json_array_member(text, key_path, key, value_path) -%}
    (
        select {{ json_field('element', [value_path], 0) }}
        from json_array_elements(cast({{ text }} as json))
            with ordinality as items (element, position)
        where {{ json_field('element', [key_path], 0) }} = {{ text_literal(key) }}
        order by position
        limit 1
    )
{%- endmacro %}

{# https://duckdb.org/docs/stable/sql/functions/lambda #}
{% macro duckdb__json_array_member(text, key_path, key, value_path) -%}
    json_extract_string(list_filter(
        case when {{ text }} like '[%' then cast({{ text }} as json []) end,
        lambda member: json_extract_string(member, '{{ key_path | replace("'", "''") }}')
        = {{ text_literal(key) }}
    )[1], '{{ value_path | replace("'", "''") }}')
{%- endmacro %}
