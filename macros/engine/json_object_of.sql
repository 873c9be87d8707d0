{#
Why: a JSON object as text out of columns; members that are null are left out.
Args: members: list of [name, SQL expression].
Usage: {{ json_object_of([['gift_note', 'custom__gift_note']]) }} as custom_fields
#}
{% macro json_object_of(members) -%}
    {{ adapter.dispatch('json_object_of', 'goldpan')(members) }}
{%- endmacro %}

{# SQL:2016, 6.34 <JSON value constructor>; PostgreSQL 16 has it. #}
{% macro default__json_object_of(members) -%}
    cast(json_object(
        {%- for name, expression in members %}
        key '{{ name | replace("'", "''") }}' value {{ expression }}{{ ',' if not loop.last }}
        {%- endfor %}
        absent on null
    ) as text)
{%- endmacro %}

{# https://datatracker.ietf.org/doc/html/rfc7396: a merge patch drops members that are null. #}
{% macro duckdb__json_object_of(members) -%}
    cast(json_merge_patch('{}', json_object(
        {%- for name, expression in members %}
        '{{ name | replace("'", "''") }}', {{ expression }}{{ ',' if not loop.last }}
        {%- endfor %}
    )) as text)
{%- endmacro %}
