with numbered as (
    select * from {{ ref('products_numbered') }}
),

keys as (
    select
        record_number,
        'sku' as evidence,
        sku_key as evidence_key,
        name_key
    from numbered
    where sku_key is not null
    union all
    select
        record_number,
        'barcode' as evidence,
        {{ replace_matches('barcode_key', '^0+', '') }} as evidence_key,
        name_key
    from numbered
    where length(barcode_key) between 8 and 14
),

final as (
    select
        keys.record_number,
        keys.evidence,
        keys.evidence_key,
        keys.name_key,
        case
            when placeholders.placeholder is not null then 'placeholder: ' || placeholders.note
            when keys.evidence_key = '' then 'placeholder: zeros'
        end as drop_reason
    from keys
    left join {{ ref('placeholder_values') }} as placeholders
        on
            keys.evidence = placeholders.evidence
            and keys.evidence_key = placeholders.placeholder
)

select * from final
