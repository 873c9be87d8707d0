with records as (
    select * from {{ ref('time_off_records') }}
    where verdict <> 'quarantined' and not is_deleted
),

final as (
    select
        records.record_key as time_off_id,
        records.record_key,
        records.connection,
        records.system,
        records.stream,
        employees.employee_id,
        {{ entity_fields('time_off', 'records') -}}
        records.verdict,
        records.reasons,
        records.changed_at
    from records
    left join {{ ref('employees_xref') }} as employees
        on {{ reference_key('records', 'employee') }} = employees.record_key
)

select * from final
