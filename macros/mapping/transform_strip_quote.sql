{#
Why: spreadsheets put ' before numbers that are to stay text; Shopify's CSV exports do.
Args: text: SQL.
Usage: - {target: postal_code, source: '"Shipping Zip"', transform: strip_quote}
#}
{% macro transform_strip_quote(text) -%}
    {{ replace_matches(text, "^'", '') }}
{%- endmacro %}
