with records as (
    select * from {{ ref('activities_records') }}
    where verdict <> 'quarantined' and not is_deleted
),

final as (
    select
        records.record_key as activity_id,
        records.record_key,
        records.connection,
        records.system,
        records.stream,
        customers.customer_id,
        employees.employee_id,
        {{ entity_fields('activity', 'records') -}}
        {{ reference_key('records', 'deal') }} as deal_id,
        cast(coalesce(records.occurred_at, records.created_at) as date) as activity_date,
        records.verdict,
        records.reasons,
        records.changed_at
    from records
    left join {{ ref('customers_xref') }} as customers
        on {{ reference_key('records', 'customer') }} = customers.record_key
    left join {{ ref('employees_xref') }} as employees
        on {{ reference_key('records', 'employee') }} = employees.record_key
)

select * from final
