with final as (
    select
        customer_id,
        field,
        field_value as golden_value,
        record_key,
        system,
        changed_at
    from {{ ref('customers_values') }}
    where is_golden
)

select * from final
