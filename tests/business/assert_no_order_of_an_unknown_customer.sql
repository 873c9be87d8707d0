-- Fails if an order names a customer record that the warehouse does not have.
-- Then its revenue belongs to nobody in customer_360.
{{ config(severity='warn') }}

with final as (
    select
        orders.record_key,
        {{ reference_key('orders', 'customer') }} as customer_record_key,
        'order of an unknown customer' as broken_rule
    from {{ ref('orders_records') }} as orders
    left join {{ ref('customers_xref') }} as customers
        on {{ reference_key('orders', 'customer') }} = customers.record_key
    where
        orders.verdict <> 'quarantined'
        and not orders.is_deleted
        and orders.customer_record_id is not null
        and customers.record_key is null
)

select * from final
