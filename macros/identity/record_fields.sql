{#
Why: passes all columns of the staging contract on, by name.
Args: entity: singular name; alias: of the records.
Usage: select founder_number, {{ record_fields('product', 'records') }} from records
#}
{% macro record_fields(entity, alias) -%}
    {%- set columns = record_columns(entity, model.name) if execute else {'record_key': 'text'} -%}
    {%- for name in columns %}
        {{- alias }}.{{ name }}{{ ',' if not loop.last }}
        {% endfor -%}
{%- endmacro %}
