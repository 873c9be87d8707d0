with documents as (
    select * from {{ ref('orders') }}
),

linked as (
    select
        items.*,
        documents.order_id,
        documents.customer_id,
        documents.ordered_date,
        documents.currency as order_currency,
        documents.exchange_rate,
        documents.is_counted_in_revenue,
        coalesce(xref.product_id, by_sku.product_id) as product_id,
        coalesce(items.returned_quantity, items.quantity - items.current_quantity, 0)
            as units_returned,
        coalesce(
            items.total_amount,
            {{ wide('items.quantity') }} * items.unit_price_amount
            - coalesce(items.discount_amount, 0)
        )
        - case when documents.is_tax_included then coalesce(items.tax_amount, 0) else 0 end
            as revenue_amount
    from {{ ref('order_items_records') }} as items
    inner join documents on {{ reference_key('items', 'order') }} = documents.record_key
    left join {{ ref('products_xref') }} as xref
        on {{ reference_key('items', 'product') }} = xref.record_key
    left join {{ ref('products_by_sku') }} as by_sku
        on {{ comparable_code('items.sku') }} = by_sku.sku_key
    where items.verdict <> 'quarantined' and not items.is_deleted
),

priced as (
    select
        linked.*,
        coalesce(
            {{ wide('linked.unit_cost_amount') }} * linked.exchange_rate,
            {{ wide('products.cost_amount') }} * rates.exchange_rate
        ) as unit_cost_reporting_amount
    from linked
    left join {{ ref('products') }} as products on linked.product_id = products.product_id
    {{ join_exchange_rates(
        'coalesce(products.cost_currency, products.currency)', 'linked.ordered_date'
    ) }}
),

final as (
    select
        record_key as order_item_id,
        record_key,
        connection,
        system,
        stream,
        order_id,
        product_id,
        customer_id,
        {{ entity_fields('order_item', leave_out=['currency', 'returned_quantity']) -}}
        order_currency as currency,
        ordered_date,
        cast(units_returned as numeric(18, 4)) as returned_quantity,
        cast(revenue_amount as numeric(18, 4)) as revenue_amount,
        {{ in_reporting_currency('revenue_amount', rates=none) }} as revenue_reporting_amount,
        cast(
            round(unit_cost_reporting_amount * (quantity - units_returned), 2)
            as numeric(18, 2)
        ) as cost_reporting_amount,
        is_counted_in_revenue,
        verdict,
        reasons,
        changed_at
    from priced
)

select * from final
