{#
Why: QuickBooks writes "(deleted)" behind the name of what was made inactive.
Args: text: SQL.
Usage: - {target: product_name, source: Name, transform: strip_deleted}
#}
{% macro transform_strip_deleted(text) -%}
    {{ replace_matches(text, ' *[(]deleted[)] *$', '') }}
{%- endmacro %}
