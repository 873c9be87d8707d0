{#
Why: lower case.
Args: text: SQL.
Usage: - {target: slug, source: handle, transform: lower}
#}
{% macro transform_lower(text) -%}
    lower({{ text }})
{%- endmacro %}
