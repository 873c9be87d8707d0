with final as (
    select
        evidence,
        evidence_key,
        record_count,
        name_count,
        drop_reason
    from {{ ref('products_shared_keys') }}
    where drop_reason is not null
)

select * from final
