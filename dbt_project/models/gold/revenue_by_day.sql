with sales as (
    select
        sold_date as revenue_date,
        channel,
        count(*) as sale_count,
        count(distinct customer_id) as customer_count,
        sum(coalesce(total_reporting_amount, 0)) as gross_amount,
        sum(coalesce(tax_reporting_amount, 0)) as tax_amount,
        sum(coalesce(shipping_reporting_amount, 0)) as shipping_amount,
        sum(coalesce(discount_reporting_amount, 0)) as discount_amount,
        sum(revenue_reporting_amount) as revenue_amount
    from {{ ref('sales') }}
    group by sold_date, channel
),

refunds_of_channels as (
    select
        refunds.refunded_date as revenue_date,
        refunds.revenue_reporting_amount,
        case
            when orders.order_id is not null then coalesce(orders.channel, 'other')
            when refunds.invoice_id is not null then 'invoice'
            else 'other'
        end as channel
    from {{ ref('refunds') }} as refunds
    left join {{ ref('orders') }} as orders on refunds.order_id = orders.order_id
    where refunds.is_counted_in_revenue
),

refunds as (
    select
        revenue_date,
        channel,
        count(*) as refund_count,
        sum(revenue_reporting_amount) as refunded_amount
    from refunds_of_channels
    group by revenue_date, channel
),

days as (
    select
        revenue_date,
        channel
    from sales
    union
    select
        revenue_date,
        channel
    from refunds
),

final as (
    select
        days.revenue_date,
        days.channel,
        '{{ var('reporting_currency') }}' as currency,
        cast(coalesce(sales.sale_count, 0) as bigint) as sale_count,
        cast(coalesce(sales.customer_count, 0) as bigint) as customer_count,
        cast(coalesce(sales.gross_amount, 0) as numeric(18, 2)) as gross_amount,
        cast(coalesce(sales.tax_amount, 0) as numeric(18, 2)) as tax_amount,
        cast(coalesce(sales.shipping_amount, 0) as numeric(18, 2)) as shipping_amount,
        cast(coalesce(sales.discount_amount, 0) as numeric(18, 2)) as discount_amount,
        cast(coalesce(sales.revenue_amount, 0) as numeric(18, 2)) as revenue_amount,
        cast(coalesce(refunds.refund_count, 0) as bigint) as refund_count,
        cast(coalesce(refunds.refunded_amount, 0) as numeric(18, 2)) as refunded_amount,
        cast(
            coalesce(sales.revenue_amount, 0) - coalesce(refunds.refunded_amount, 0)
            as numeric(18, 2)
        ) as net_revenue_amount
    from days
    left join sales on days.revenue_date = sales.revenue_date and days.channel = sales.channel
    left join refunds on days.revenue_date = refunds.revenue_date and days.channel = refunds.channel
)

select * from final
