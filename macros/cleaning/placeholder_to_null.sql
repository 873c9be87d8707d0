{#
Why: systems that must have a date write 1899-12-30, 1900-01-01 or 9999-12-31 for none.
Args: expression: SQL; type: date or timestamp; data_type: of the result.
Usage: {{ placeholder_to_null('parsed_date', 'date', 'date') }}
#}
{% macro placeholder_to_null(expression, type, data_type) -%}
    {%- set clock = ' 00:00:00' if type == 'timestamp' else '' -%}
    cast(nullif(nullif(nullif(
        {{ expression }},
        {{ type }} '1899-12-30{{ clock }}'),
        {{ type }} '1900-01-01{{ clock }}'),
        {{ type }} '9999-12-31{{ clock }}'
    ) as {{ data_type }})
{%- endmacro %}
