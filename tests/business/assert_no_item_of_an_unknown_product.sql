-- Fails if an order line names a product record or article number that the warehouse does not have.
-- Then product_performance misses the line.
{{ config(severity='warn') }}

with final as (
    select
        order_item_id,
        sku,
        item_name,
        'line of an unknown product' as broken_rule
    from {{ ref('order_items') }}
    where product_id is null and sku is not null
)

select * from final
