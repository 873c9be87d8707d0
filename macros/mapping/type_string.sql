{#
Why: a text as it is, without outer blanks.
Args: text: SQL; options: none used.
Usage: - {target: order_number, source: name, type: string}
#}
{% macro type_string(text, options) -%}
    {{ text }}
{%- endmacro %}
