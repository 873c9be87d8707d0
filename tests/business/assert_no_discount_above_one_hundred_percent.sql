-- Fails if the discounts of an order are larger than its lines.
-- Then the company pays the customer, or the discount was read with the wrong sign or unit.
{{ config(severity='warn') }}

with final as (
    select
        order_id,
        order_number,
        subtotal_amount,
        discount_amount,
        'discount above 100 %' as broken_rule
    from {{ ref('orders') }}
    where discount_amount > 0 and subtotal_amount < 0
    union all
    select
        order_id,
        order_item_id as order_number,
        quantity * unit_price_amount as subtotal_amount,
        discount_amount,
        'discount above 100 % on a line' as broken_rule
    from {{ ref('order_items') }}
    where discount_amount > quantity * unit_price_amount + 0.01
)

select * from final
