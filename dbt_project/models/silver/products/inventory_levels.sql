with records as (
    select * from {{ ref('inventory_levels_records') }}
    where verdict <> 'quarantined' and not is_deleted
),

counted_items as (
    select
        connection,
        inventory_item_record_id,
        min(record_key) as record_key
    from {{ ref('products_records') }}
    where inventory_item_record_id is not null
    group by connection, inventory_item_record_id
),

linked as (
    select
        records.*,
        coalesce(direct.product_id, by_item.product_id, by_sku.product_id) as product_id
    from records
    left join {{ ref('products_xref') }} as direct
        on {{ reference_key('records', 'product') }} = direct.record_key
    left join counted_items
        on
            records.connection = counted_items.connection
            and records.inventory_item_record_id = counted_items.inventory_item_record_id
    left join {{ ref('products_xref') }} as by_item on counted_items.record_key = by_item.record_key
    left join {{ ref('products_by_sku') }} as by_sku
        on {{ comparable_code('records.sku') }} = by_sku.sku_key
),

units as (
    select '*' as field
),

trust as (
    {{- source_trust('inventory_level', ref('source_priorities'), 'linked') }}
),

ranked as (
    select
        linked.*,
        trust.priority as source_priority,
        min(trust.priority) over (partition by linked.product_id) as best_priority
    from linked
    inner join trust on linked.connection = trust.connection
),

final as (
    select
        record_key as inventory_level_id,
        record_key,
        connection,
        system,
        stream,
        product_id,
        {{ entity_fields('inventory_level') -}}
        product_id is not null and source_priority = best_priority as is_counted_in_stock,
        verdict,
        reasons,
        changed_at
    from ranked
)

select * from final
