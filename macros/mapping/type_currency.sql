{#
Why: ISO 4217 from a code, a name or a sign that only one currency has (seed currency_names).
Args: text: SQL; options: lookup (currency_lookup alias).
Usage: - {target: currency, source: currency, type: currency}
#}
{% macro type_currency(text, options) -%}
    {{ options.lookup }}.currency_code
{%- endmacro %}
