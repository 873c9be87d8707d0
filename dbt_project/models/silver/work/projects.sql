with records as (
    select * from {{ ref('projects_records') }}
    where verdict <> 'quarantined' and not is_deleted
),

final as (
    select
        records.record_key as project_id,
        records.record_key,
        records.connection,
        records.system,
        records.stream,
        owners.employee_id as owner_employee_id,
        customers.customer_id,
        {{ entity_fields('project', 'records') -}}
        records.verdict,
        records.reasons,
        records.changed_at
    from records
    left join {{ ref('employees_xref') }} as owners
        on {{ reference_key('records', 'owner') }} = owners.record_key
    left join {{ ref('customers_xref') }} as customers
        on {{ reference_key('records', 'customer') }} = customers.record_key
)

select * from final
