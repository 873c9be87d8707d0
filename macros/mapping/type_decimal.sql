{#
Why: numbers with a fraction; format comma reads 1.234,5.
Args: text: SQL; options: data_type, format.
Usage: - {target: quantity, source: qty, type: decimal}
#}
{% macro type_decimal(text, options) -%}
    {{ cast_or_null(number_text(text, options.format or 'point'), options.data_type) }}
{%- endmacro %}
