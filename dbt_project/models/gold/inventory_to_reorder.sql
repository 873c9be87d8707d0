with stock as (
    select
        product_id,
        sum(coalesce(available_quantity, on_hand_quantity, 0)) as available_quantity,
        sum(coalesce(on_hand_quantity, available_quantity, 0)) as on_hand_quantity,
        sum(coalesce(incoming_quantity, 0)) as incoming_quantity,
        sum(coalesce(reorder_point_quantity, 0)) as system_reorder_quantity,
        max(counted_at) as counted_at
    from {{ ref('inventory_levels') }}
    where is_counted_in_stock
    group by product_id
),

items as (
    select
        product_id,
        ordered_date as sold_date,
        quantity - coalesce(returned_quantity, 0) as quantity
    from {{ ref('order_items') }}
    where is_counted_in_revenue
    union all
    select
        product_id,
        issued_date as sold_date,
        quantity
    from {{ ref('invoice_items') }}
    where is_counted_in_revenue
),

sold as (
    select
        product_id,
        sum(quantity) as sold_90_days_quantity,
        sum(quantity) / 90.0 as daily_quantity
    from items
    where {{ days_between('sold_date', as_of_date()) }} between 0 and 89
    group by product_id
),

matched as (
    select
        products.product_id,
        min(rules.rule_order) as rule_order
    from {{ ref('products') }} as products
    inner join {{ ref('reorder_rules') }} as rules
        on
            coalesce(rules.sku, products.sku, '') = coalesce(products.sku, '')
            and coalesce(rules.category, products.category, '') = coalesce(products.category, '')
    group by products.product_id
),

needed as (
    select
        products.product_id,
        products.sku,
        products.product_name,
        products.variant_name,
        products.category,
        products.supplier_customer_id,
        stock.on_hand_quantity,
        stock.available_quantity,
        stock.incoming_quantity,
        stock.counted_at,
        coalesce(sold.sold_90_days_quantity, 0) as sold_90_days_quantity,
        coalesce(sold.daily_quantity, 0) as daily_quantity,
        rules.rule_order,
        rules.pack_quantity,
        greatest(
            coalesce(sold.daily_quantity, 0) * (rules.lead_time_days + rules.safety_days),
            rules.min_stock_quantity,
            stock.system_reorder_quantity
        ) as reorder_point_quantity,
        coalesce(sold.daily_quantity, 0) * rules.cover_days as cover_quantity
    from stock
    inner join {{ ref('products') }} as products on stock.product_id = products.product_id
    inner join matched on stock.product_id = matched.product_id
    inner join {{ ref('reorder_rules') }} as rules on matched.rule_order = rules.rule_order
    left join sold on stock.product_id = sold.product_id
    where coalesce(products.is_active, true) and not products.is_deleted
),

missing as (
    select
        *,
        reorder_point_quantity + cover_quantity - available_quantity - incoming_quantity
            as missing_quantity
    from needed
),

final as (
    select
        product_id,
        sku,
        product_name,
        variant_name,
        category,
        supplier_customer_id,
        cast(on_hand_quantity as numeric(18, 4)) as on_hand_quantity,
        cast(available_quantity as numeric(18, 4)) as available_quantity,
        cast(incoming_quantity as numeric(18, 4)) as incoming_quantity,
        cast(sold_90_days_quantity as numeric(18, 4)) as sold_90_days_quantity,
        cast(round(daily_quantity, 4) as numeric(18, 4)) as daily_quantity,
        cast(
            case when daily_quantity > 0 then round(available_quantity / daily_quantity, 1) end
            as numeric(18, 1)
        ) as days_of_stock,
        cast(round(reorder_point_quantity, 4) as numeric(18, 4)) as reorder_point_quantity,
        cast(
            greatest(
                ceil(missing_quantity / pack_quantity) * pack_quantity, pack_quantity
            ) as numeric(18, 4)
        ) as suggested_order_quantity,
        rule_order as reorder_rule_order,
        counted_at
    from missing
    where available_quantity + incoming_quantity < reorder_point_quantity
)

select * from final
