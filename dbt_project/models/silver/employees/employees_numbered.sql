with records as (
    select
        listed.*,
        arrivals.arrived_at,
        arrivals.first_read_at
    from {{ ref('employees_records') }} as listed
    inner join {{ ref('employees_arrivals') }} as arrivals
        on listed.record_key = arrivals.record_key
),

final as (
    select
        {{ number_records('arrived_at, first_read_at') }} as record_number,
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
        verdict = 'quarantined' as is_quarantined,
        first_seen_at,
        extracted_at
    from records
)

select * from final
