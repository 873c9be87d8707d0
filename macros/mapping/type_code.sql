{#
Why: a vendor's code in the warehouse's own words (seeds/codes); unknown codes warn and become 'unknown'.
Args: text: SQL; options: lookup (code_lookup alias).
Usage: - {target: status, source: financial_status, type: code, codes: shopify_order_status}
#}
{% macro type_code(text, options) -%}
    {{ options.lookup }}.code
{%- endmacro %}
