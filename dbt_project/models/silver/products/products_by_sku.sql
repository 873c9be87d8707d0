with evidence as (
    select
        evidence.record_number,
        evidence.evidence_key as sku_key
    from {{ ref('products_evidence') }} as evidence
    left join {{ ref('products_shared_keys') }} as shared
        on
            evidence.evidence = shared.evidence
            and evidence.evidence_key = shared.evidence_key
    where
        evidence.evidence = 'sku'
        and evidence.drop_reason is null
        and shared.drop_reason is null
),

final as (
    select
        evidence.sku_key,
        min(xref.product_id) as product_id
    from evidence
    inner join {{ ref('products_numbered') }} as numbered
        on evidence.record_number = numbered.record_number
    inner join {{ ref('products_xref') }} as xref on numbered.record_key = xref.record_key
    group by evidence.sku_key
    having count(distinct xref.product_id) = 1
)

select * from final
