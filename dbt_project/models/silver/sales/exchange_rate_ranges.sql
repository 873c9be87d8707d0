with rates as (
    select
        currency,
        valid_from_date,
        euro_value,
        lead(valid_from_date, 1, date '9999-12-31') over (
            partition by currency
            order by valid_from_date
        ) as valid_until_date
    from {{ ref('exchange_rates') }}
    union all
    select
        'EUR' as currency,
        date '1900-01-01' as valid_from_date,
        1 as euro_value,
        date '9999-12-31' as valid_until_date
),

final as (
    select
        rates.currency,
        greatest(rates.valid_from_date, reporting.valid_from_date) as valid_from_date,
        least(rates.valid_until_date, reporting.valid_until_date) as valid_until_date,
        cast(rates.euro_value / reporting.euro_value as numeric(18, 8)) as exchange_rate
    from rates
    inner join rates as reporting
        on
            reporting.currency = '{{ var('reporting_currency') }}'
            and rates.currency <> reporting.currency
            and rates.valid_from_date < reporting.valid_until_date
            and rates.valid_until_date > reporting.valid_from_date
    union all
    select
        '{{ var('reporting_currency') }}' as currency,
        date '1900-01-01' as valid_from_date,
        date '9999-12-31' as valid_until_date,
        cast(1 as numeric(18, 8)) as exchange_rate
)

select * from final
