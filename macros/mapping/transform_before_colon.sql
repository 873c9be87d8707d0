{#
Why: the part before the first colon; nothing where there is no colon.
Args: text: SQL.
Usage: - {target: category, source: FullyQualifiedName, transform: before_colon}
#}
{% macro transform_before_colon(text) -%}
    {{ first_match(text, '^([^:]*):') }}
{%- endmacro %}
