{#
Why: the newest rate on or before a day.
Args: currency, day: SQL; rates: alias to give.
Usage: from orders {{ join_exchange_rates('orders.currency', 'orders.ordered_date') }}
#}
{% macro join_exchange_rates(currency, day, rates='rates') -%}
    left join {{ ref('exchange_rate_ranges') }} as {{ rates }}
        on
            {{ currency }} = {{ rates }}.currency
            and {{ day }} >= {{ rates }}.valid_from_date
            and {{ day }} < {{ rates }}.valid_until_date
{%- endmacro %}
