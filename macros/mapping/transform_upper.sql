{#
Why: upper case.
Args: text: SQL.
Usage: - {target: sku, source: sku, transform: upper}
#}
{% macro transform_upper(text) -%}
    upper({{ text }})
{%- endmacro %}
