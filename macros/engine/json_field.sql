{#
Why: the text of one path out of what json_fields read; JSON null and a missing path are null.
Args: fields: the json_fields column; paths: the same list; index: position in it, from 0.
Usage: {{ json_field('fields', paths, 0) }} as order_name
#}
{% macro json_field(fields, paths, index) -%}
    {{ adapter.dispatch('json_field', 'goldpan')(fields, paths, index) }}
{%- endmacro %}

{# https://www.postgresql.org/docs/current/functions-json.html: json_extract_path_text. #}
{% macro default__json_field(fields, paths, index) -%}
    {%- set steps = modules.re.findall('"([^"]+)"|\[(\d+)\]', paths[index]) -%}
    json_extract_path_text(cast({{ fields }} as json)
        {%- for key, position in steps -%}
            , '{{ (key or position) | replace("'", "''") }}'
        {%- endfor -%}
    )
{%- endmacro %}

{# https://duckdb.org/docs/stable/sql/data_types/list: lists count from 1. #}
{% macro duckdb__json_field(fields, paths, index) -%}
    {{ fields }}[{{ index + 1 }}]
{%- endmacro %}
