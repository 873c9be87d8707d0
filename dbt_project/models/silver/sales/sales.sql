with orders as (
    select
        order_id as sale_id,
        'order' as document_kind,
        system,
        coalesce(channel, 'other') as channel,
        customer_id,
        ordered_date as sold_date,
        total_reporting_amount,
        tax_reporting_amount,
        shipping_reporting_amount,
        discount_reporting_amount,
        revenue_reporting_amount
    from {{ ref('orders') }}
    where is_counted_in_revenue
),

invoices as (
    select
        invoice_id as sale_id,
        'invoice' as document_kind,
        system,
        'invoice' as channel,
        customer_id,
        issued_date as sold_date,
        total_reporting_amount,
        tax_reporting_amount,
        cast(0 as numeric(18, 2)) as shipping_reporting_amount,
        discount_reporting_amount,
        revenue_reporting_amount
    from {{ ref('invoices') }}
    where is_counted_in_revenue
),

final as (
    select * from orders
    union all
    select * from invoices
)

select * from final
