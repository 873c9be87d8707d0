with records as (
    select * from {{ ref('products_records') }}
    where verdict <> 'quarantined'
),

final as (
    select
        {{ number_records() }} as record_number,
        record_key,
        connection,
        system,
        stream,
        record_id,
        'product' as party,
        {{ comparable_code('sku') }} as sku_key,
        {{ replace_matches('barcode', '[^0-9]', '') }} as barcode_key,
        {{ comparable_text('product_name') }} as name_key,
        inventory_item_record_id,
        external_system,
        external_stream,
        external_id,
        is_deleted,
        first_seen_at,
        extracted_at
    from records
)

select * from final
