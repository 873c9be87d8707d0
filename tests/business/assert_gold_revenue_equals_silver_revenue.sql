-- Fails if a day's revenue or refunds in gold differ from orders, invoices and refunds of silver.
-- Then revenue_by_day lost or doubled something on the way.
with silver_rows as (
    select
        ordered_date as revenue_date,
        revenue_reporting_amount as revenue_amount,
        0 as refunded_amount
    from {{ ref('orders') }}
    where is_counted_in_revenue
    union all
    select
        issued_date as revenue_date,
        revenue_reporting_amount as revenue_amount,
        0 as refunded_amount
    from {{ ref('invoices') }}
    where is_counted_in_revenue
    union all
    select
        refunded_date as revenue_date,
        0 as revenue_amount,
        revenue_reporting_amount as refunded_amount
    from {{ ref('refunds') }}
    where is_counted_in_revenue
),

silver_days as (
    select
        revenue_date,
        sum(revenue_amount) as revenue_amount,
        sum(refunded_amount) as refunded_amount
    from silver_rows
    group by revenue_date
),

gold_days as (
    select
        revenue_date,
        sum(revenue_amount) as revenue_amount,
        sum(refunded_amount) as refunded_amount
    from {{ ref('revenue_by_day') }}
    group by revenue_date
),

final as (
    select
        coalesce(silver_days.revenue_date, gold_days.revenue_date) as revenue_date,
        silver_days.revenue_amount as silver_revenue_amount,
        gold_days.revenue_amount as gold_revenue_amount,
        silver_days.refunded_amount as silver_refunded_amount,
        gold_days.refunded_amount as gold_refunded_amount,
        'revenue differs' as broken_rule
    from silver_days
    full outer join gold_days on silver_days.revenue_date = gold_days.revenue_date
    where
        abs(coalesce(silver_days.revenue_amount, 0) - coalesce(gold_days.revenue_amount, 0)) > 0.005
        or abs(
            coalesce(silver_days.refunded_amount, 0) - coalesce(gold_days.refunded_amount, 0)
        ) > 0.005
)

select * from final
