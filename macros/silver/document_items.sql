{#
Why: lines of orders and of invoices become items by the same rules: product, revenue, cost.
Args: document: singular entity name, whose items are <document>_items_records; documents: relation
of the golden documents; day: their day column; returned: SQL over items, units that came back.
Usage: {{ document_items('order', ref('orders'), 'ordered_date', 'items.returned_quantity') }}
#}
{% macro document_items(document, documents, day, returned) -%}
{%- set entity = document ~ '_item' -%}
with documents as (
    select * from {{ documents }}
),

linked as (
    select
        items.*,
        documents.{{ document }}_id,
        documents.customer_id,
        documents.{{ day }},
        documents.currency as document_currency,
        documents.exchange_rate,
        documents.is_counted_in_revenue,
        coalesce(xref.product_id, by_sku.product_id) as product_id,
        {{ returned }} as units_returned,
        coalesce(
            items.total_amount,
            {{ wide('items.quantity') }} * items.unit_price_amount
            - coalesce(items.discount_amount, 0)
        )
        - case when documents.is_tax_included then coalesce(items.tax_amount, 0) else 0 end
            as revenue_amount
    from {{ ref(entity ~ 's_records') }} as items
    inner join documents on {{ reference_key('items', document) }} = documents.record_key
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
        'coalesce(products.cost_currency, products.currency)', 'linked.' ~ day
    ) }}
),

final as (
    select
        record_key as {{ entity }}_id,
        record_key,
        connection,
        system,
        stream,
        {{ document }}_id,
        product_id,
        customer_id,
        {{ entity_fields(entity, leave_out=['currency', 'returned_quantity']) -}}
        document_currency as currency,
        {{ day }},
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
{%- endmacro %}
