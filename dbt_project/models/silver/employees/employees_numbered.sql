with records as (
    select * from {{ ref('employees_records') }}
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
        'person' as party,
        {{ comparable_email('email') }} as email_key,
        {{ comparable_text(
            "coalesce(full_name, first_name || ' ' || last_name, last_name, first_name)"
        ) }} as name_key,
        {{ comparable_code('employee_number') }} as employee_number_key,
        external_system,
        external_stream,
        external_id,
        is_deleted,
        first_seen_at,
        extracted_at
    from records
)

select * from final
