{#
Why: amounts of all currencies are added up in one, at the rate of their day.
Args: amount: SQL; rates: alias of the joined exchange_rate_ranges; none where its
exchange_rate is a column of the one relation read.
Usage: {{ in_reporting_currency('orders.total_amount') }} as total_reporting_amount
#}
{% macro in_reporting_currency(amount, rates='rates') -%}
    {%- set rate = rates ~ '.exchange_rate' if rates else 'exchange_rate' -%}
    cast(round({{ wide(amount) }} * {{ rate }}, 2) as numeric(18, 2))
{%- endmacro %}
