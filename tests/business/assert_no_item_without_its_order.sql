-- Fails if an order line that is not quarantined belongs to no order of the warehouse.
-- Then its revenue is in no report.
{{ config(severity='warn') }}

with final as (
    select
        items.record_key,
        {{ reference_key('items', 'order') }} as order_record_key,
        'line without its order' as broken_rule
    from {{ ref('order_items_records') }} as items
    left join {{ ref('orders_xref') }} as orders
        on {{ reference_key('items', 'order') }} = orders.record_key
    where
        items.verdict <> 'quarantined'
        and not items.is_deleted
        and orders.record_key is null
)

select * from final
