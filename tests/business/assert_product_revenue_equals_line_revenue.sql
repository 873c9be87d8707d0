-- Fails if product_performance does not hold just the revenue of counted lines with a product.
-- Then a product's row lost or doubled lines.
with lines as (
    select
        product_id,
        revenue_reporting_amount
    from {{ ref('order_items') }}
    where is_counted_in_revenue and product_id is not null
    union all
    select
        product_id,
        revenue_reporting_amount
    from {{ ref('invoice_items') }}
    where is_counted_in_revenue and product_id is not null
),

silver_products as (
    select
        product_id,
        sum(coalesce(revenue_reporting_amount, 0)) as revenue_amount
    from lines
    group by product_id
),

final as (
    select
        coalesce(silver_products.product_id, gold.product_id) as product_id,
        silver_products.revenue_amount as silver_revenue_amount,
        gold.revenue_amount as gold_revenue_amount,
        'product revenue differs' as broken_rule
    from silver_products
    full outer join {{ ref('product_performance') }} as gold
        on silver_products.product_id = gold.product_id
    where
        abs(coalesce(silver_products.revenue_amount, 0) - coalesce(gold.revenue_amount, 0)) > 0.005
)

select * from final
