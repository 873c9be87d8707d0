{#
Why: systems write an exchange rate the one way or the other: 1.25 is 0.8; ten digits are kept.
Args: text: SQL; zero and what is no number stay as they are.
Usage: - {target: booked_exchange_rate, source: CurrencyRate, transform: reciprocal, type: decimal}
#}
{% macro transform_reciprocal(text) -%}
    case
        when {{ matches(text, '^[+-]?0*[.]?0*$') }} then {{ text }}
        when {{ matches(text, '^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)$') }}
            then cast(
                cast(1 / {{ cast_or_null(text, 'numeric(28, 10)') }} as numeric(28, 10)) as text
            )
        else {{ text }}
    end
{%- endmacro %}
