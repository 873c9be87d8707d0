with final as (
    select
        employee_id,
        field,
        field_value as golden_value,
        record_key,
        system,
        changed_at
    from {{ ref('employees_values') }}
    where is_golden
)

select * from final
