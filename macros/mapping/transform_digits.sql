{#
Why: digits only; a text without any stays as it is, so that its type can refuse it.
Args: text: SQL.
Usage: - {target: tax_number, source: vat, transform: digits}
#}
{% macro transform_digits(text) -%}
    coalesce(nullif({{ replace_matches(text, '[^0-9]', '') }}, ''), {{ text }})
{%- endmacro %}
