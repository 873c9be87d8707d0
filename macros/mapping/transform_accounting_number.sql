{#
Why: amounts as accountants write them: ($1,149.00 ) is -1149.00, 12.50- is -12.50, EUR 5 is 5.
Args: text: SQL.
Usage: - {target: balance, source: Balance, transform: accounting_number, type: money}
#}
{% macro transform_accounting_number(text) -%}
    case
        when {{ matches(text, '^[^0-9]*[(].*[0-9].*[)][^0-9]*$|^[^0-9]*-|-[^0-9]*$') }} then '-'
        else ''
    end || coalesce({{ first_match(text, "([0-9](?:[0-9.,' \u00a0\u202f]*[0-9])?)") }}, {{ text }})
{%- endmacro %}
