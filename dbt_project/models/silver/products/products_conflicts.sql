with final as (
    select
        product_id,
        field,
        golden_value,
        field_value as losing_value,
        record_key,
        system,
        changed_at
    from {{ ref('products_values') }}
    where
        not is_golden
        and not is_deleted
        and golden_value is not null
        and field_value <> golden_value
)

select * from final
