-- Fails if an order and the invoice that bills it both count as revenue, or sales holds one twice.
-- Then revenue is too high.
with final as (
    select
        invoices.invoice_id as sale_id,
        invoices.order_id,
        'order and invoice both counted' as broken_rule
    from {{ ref('invoices') }} as invoices
    inner join {{ ref('orders') }} as orders on invoices.order_id = orders.order_id
    where invoices.is_counted_in_revenue and orders.is_counted_in_revenue
    union all
    select
        sale_id,
        min(channel) as order_id,
        'sale counted twice' as broken_rule
    from {{ ref('sales') }}
    group by sale_id
    having count(*) > 1
)

select * from final
