{#
Why: amount and currency in one text: "68000 CAD" gives CAD.
Args: text: SQL.
Usage: - {target: currency, source: payRate, transform: currency_of, type: currency}
#}
{% macro transform_currency_of(text) -%}
    upper({{ first_match(text, '(?:^|[ ])([A-Za-z]{3})(?:[ ]|$)') }})
{%- endmacro %}
