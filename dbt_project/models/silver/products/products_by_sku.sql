with owners as (
    select
        numbered.sku_key,
        min(xref.product_id) as product_id,
        max(xref.product_id) as last_product_id
    from {{ ref('products_numbered') }} as numbered
    inner join {{ ref('products_xref') }} as xref on numbered.record_key = xref.record_key
    where numbered.sku_key is not null
    group by numbered.sku_key
),

final as (
    select
        sku_key,
        product_id
    from owners
    where product_id = last_product_id
)

select * from final
