{#
Why: amount and currency in one text: "68000 CAD" and "CAD 68000" give 68000.
Args: text: SQL.
Usage: - {target: pay_amount, source: payRate, transform: amount_of, type: money}
#}
{% macro transform_amount_of(text) -%}
    trim({{ replace_matches(text, '^ *[A-Za-z]{3} |[ ][A-Za-z]{3} *$', '') }})
{%- endmacro %}
