-- Fails if an invoice is more than a day older than the order that it bills.
-- Then the link between the two is wrong and a sale is left out of revenue.
{{ config(severity='warn') }}

with final as (
    select
        invoices.invoice_id,
        invoices.issued_date,
        orders.order_id,
        orders.ordered_date,
        'invoice before its order' as broken_rule
    from {{ ref('invoices') }} as invoices
    inner join {{ ref('orders') }} as orders on invoices.order_id = orders.order_id
    where {{ days_between('invoices.issued_date', 'orders.ordered_date') }} > 1
)

select * from final
