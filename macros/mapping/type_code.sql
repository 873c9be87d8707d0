{#
Why: a vendor's code in the warehouse's words (seeds/codes); unknown ones warn, as 'unknown'.
Args: text: SQL; options: lookup (code_lookup alias).
Usage: - {target: status, source: financial_status, type: code, codes: shopify_order_status}
#}
{% macro type_code(text, options) -%}
    {{ options.lookup }}.code
{%- endmacro %}
