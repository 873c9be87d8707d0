{#
Why: article, tax and document numbers compare without case, spaces, dots, dashes or a leading #.
Args: text: SQL.
Usage: {{ comparable_code('sku') }}
#}
{% macro comparable_code(text) -%}
    nullif({{ replace_matches('upper(' ~ text ~ ')', '[^0-9A-Z]+', '') }}, '')
{%- endmacro %}
