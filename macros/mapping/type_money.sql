{#
Why: amounts in major units; signs, brackets and currency letters are the transforms' business.
Args: text: SQL; options: data_type, format (point or comma).
Usage: - {target: total_amount, source: total_price, type: money}
#}
{% macro type_money(text, options) -%}
    {{ cast_or_null(number_text(text, options.format or 'point'), options.data_type) }}
{%- endmacro %}
