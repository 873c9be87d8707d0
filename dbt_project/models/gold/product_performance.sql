with items as (
    select
        product_id,
        order_id as sale_id,
        ordered_date as sold_date,
        quantity,
        returned_quantity,
        revenue_reporting_amount,
        cost_reporting_amount
    from {{ ref('order_items') }}
    where is_counted_in_revenue
    union all
    select
        product_id,
        invoice_id as sale_id,
        issued_date as sold_date,
        quantity,
        returned_quantity,
        revenue_reporting_amount,
        cost_reporting_amount
    from {{ ref('invoice_items') }}
    where is_counted_in_revenue
),

sold as (
    select
        product_id,
        count(distinct sale_id) as sale_count,
        sum(coalesce(quantity, 0)) as sold_quantity,
        sum(coalesce(returned_quantity, 0)) as returned_quantity,
        sum(coalesce(revenue_reporting_amount, 0)) as revenue_amount,
        sum(
            case
                when quantity > 0
                    then coalesce(revenue_reporting_amount, 0) * returned_quantity / quantity
                else 0
            end
        ) as returned_amount,
        sum(cost_reporting_amount) as cost_amount,
        sum(
            case
                when cost_reporting_amount is null or quantity is null or quantity <= 0 then null
                else
                    {{ wide('revenue_reporting_amount') }}
                    * (quantity - returned_quantity) / quantity
                    - cost_reporting_amount
            end
        ) as margin_amount,
        sum(
            case
                when cost_reporting_amount is null or quantity is null or quantity <= 0 then 0
                else
                    {{ wide('revenue_reporting_amount') }}
                    * (quantity - returned_quantity) / quantity
            end
        ) as costed_revenue_amount,
        min(sold_date) as first_sold_date,
        max(sold_date) as last_sold_date
    from items
    group by product_id
),

final as (
    select
        products.product_id,
        products.sku,
        products.barcode,
        products.product_name,
        products.variant_name,
        products.category,
        coalesce(products.is_active, true) as is_active,
        products.price_amount,
        products.currency as price_currency,
        cast(coalesce(sold.sale_count, 0) as bigint) as sale_count,
        cast(coalesce(sold.sold_quantity, 0) as numeric(18, 4)) as sold_quantity,
        cast(coalesce(sold.returned_quantity, 0) as numeric(18, 4)) as returned_quantity,
        cast(
            case
                when sold.sold_quantity > 0
                    then round(100 * sold.returned_quantity / sold.sold_quantity, 2)
            end as numeric(18, 2)
        ) as return_rate_pct,
        cast(coalesce(sold.revenue_amount, 0) as numeric(18, 2)) as revenue_amount,
        cast(round(coalesce(sold.returned_amount, 0), 2) as numeric(18, 2)) as returned_amount,
        cast(
            round(coalesce(sold.revenue_amount, 0) - coalesce(sold.returned_amount, 0), 2)
            as numeric(18, 2)
        ) as net_revenue_amount,
        cast(sold.cost_amount as numeric(18, 2)) as cost_amount,
        cast(round(sold.margin_amount, 2) as numeric(18, 2)) as margin_amount,
        cast(
            case
                when sold.costed_revenue_amount > 0
                    then round(100 * sold.margin_amount / sold.costed_revenue_amount, 2)
            end as numeric(18, 2)
        ) as margin_pct,
        sold.first_sold_date,
        sold.last_sold_date,
        products.custom_fields
    from {{ ref('products') }} as products
    left join sold on products.product_id = sold.product_id
    where not products.is_deleted or sold.product_id is not null
)

select * from final
