{#
Why: whole amounts in the currency's smallest unit (cents, yen, fils); ISO 4217 says how small.
Args: text: SQL; options: data_type, lookup (alias of a currency_lookup row).
Usage: - {target: tax_amount, source: tax.amount, type: money_minor, currency: tax.currency}
#}
{% macro type_money_minor(text, options) -%}
    {{ cast_or_null(
        cast_or_null(first_match(text, '^([+-]?[0-9]+)(?:[.]0*)?$'), 'decimal(20, 0)')
        ~ ' * ' ~ options.lookup ~ '.minor_unit_value',
        options.data_type
    ) }}
{%- endmacro %}
