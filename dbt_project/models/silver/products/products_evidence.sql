with numbered as (
    select * from {{ ref('products_numbered') }}
),

evidence_keys as (
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
        evidence_keys.record_number,
        evidence_keys.evidence,
        evidence_keys.evidence_key,
        evidence_keys.name_key,
        case
            when placeholders.placeholder is not null then 'placeholder: ' || placeholders.note
            when evidence_keys.evidence_key = '' then 'placeholder: zeros'
        end as drop_reason
    from evidence_keys
    left join {{ ref('placeholder_values') }} as placeholders
        on
            evidence_keys.evidence = placeholders.evidence
            and evidence_keys.evidence_key = placeholders.placeholder
)

select * from final
