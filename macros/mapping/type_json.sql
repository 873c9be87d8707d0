{#
Why: a nested object or array kept as JSON text.
Args: text: SQL; options: none used.
Usage: - {target: custom.properties, source: properties, type: json}
#}
{% macro type_json(text, options) -%}
    {{ text }}
{%- endmacro %}
