with records as (
    select
        listed.*,
        arrivals.arrived_at,
        arrivals.first_read_at,
        {{ comparable_code('sku') }} as sku_code,
        {{ replace_matches(replace_matches('barcode', '[^0-9]', ''), '^0+', '') }}
            as barcode_digits,
        {{ comparable_text("product_name || ' ' || coalesce(variant_name, '')") }} as label_key
    from {{ ref('products_records') }} as listed
    inner join {{ ref('products_arrivals') }} as arrivals
        on listed.record_key = arrivals.record_key
),

final as (
    select
        row_number() over (
            order by
                records.arrived_at,
                records.first_read_at,
                records.connection,
                records.stream,
                records.record_id
        ) as record_number,
        records.record_key,
        records.connection,
        records.system,
        records.stream,
        records.record_id,
        'product' as party,
        case when false_skus.placeholder is null then records.sku_code end as sku_key,
        case
            when
                length(records.barcode_digits) between 7 and 14
                and false_barcodes.placeholder is null
                then records.barcode_digits
        end as barcode_key,
        records.label_key,
        {{ first_match('records.label_key', '([0-9][0-9a-z ]*)$', 1) }} as measure_key,
        records.price_amount,
        records.inventory_item_record_id,
        records.external_system,
        records.external_stream,
        records.external_id,
        records.is_deleted,
        records.verdict = 'quarantined' as is_quarantined,
        records.first_seen_at,
        records.extracted_at
    from records
    left join {{ ref('placeholder_values') }} as false_skus
        on false_skus.evidence = 'sku' and records.sku_code = false_skus.placeholder
    left join {{ ref('placeholder_values') }} as false_barcodes
        on
            false_barcodes.evidence = 'barcode'
            and records.barcode_digits = false_barcodes.placeholder
)

select * from final
