with final as (
    select
        product_id,
        field,
        field_value as golden_value,
        record_key,
        system,
        changed_at
    from {{ ref('products_values') }}
    where is_golden
)

select * from final
