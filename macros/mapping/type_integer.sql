{#
Why: whole numbers; 12.0 is one (doubles on the wire), 12.5 is not.
Args: text: SQL; options: data_type.
Usage: - {target: quantity, source: quantity, type: integer}
#}
{% macro type_integer(text, options) -%}
    {%- set whole = first_match(
        text, '^([+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+))(?:[.]0*)?$'
    ) -%}
    {{ cast_or_null('replace(' ~ whole ~ ", ',', '')", options.data_type) }}
{%- endmacro %}
