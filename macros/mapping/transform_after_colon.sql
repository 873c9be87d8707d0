{#
Why: the part after the last colon; the whole where there is no colon.
Args: text: SQL.
Usage: - {target: product_name, source: FullyQualifiedName, transform: after_colon}
#}
{% macro transform_after_colon(text) -%}
    {{ first_match(text, '([^:]*)$') }}
{%- endmacro %}
