-- Fails if an order is more than a day older than the customer who gave it.
-- Then the order hangs on the wrong customer, or one of the two dates is wrong.
{{ config(severity='warn') }}

with final as (
    select
        orders.order_id,
        orders.ordered_at,
        customers.customer_id,
        customers.created_at as customer_created_at,
        'order before its customer' as broken_rule
    from {{ ref('orders') }} as orders
    inner join {{ ref('customers') }} as customers on orders.customer_id = customers.customer_id
    where {{ days_between('orders.ordered_date', 'customers.created_at') }} > 1
)

select * from final
