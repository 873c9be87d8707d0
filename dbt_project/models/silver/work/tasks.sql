with records as (
    select * from {{ ref('tasks_records') }}
    where verdict <> 'quarantined' and not is_deleted
),

final as (
    select
        records.record_key as task_id,
        records.record_key,
        records.connection,
        records.system,
        records.stream,
        assignees.employee_id as assignee_employee_id,
        {{ entity_fields('task', 'records', leave_out=['is_completed', 'status']) -}}
        {{ reference_key('records', 'project') }} as project_id,
        {{ reference_key('records', 'parent_task') }} as parent_task_id,
        coalesce(records.is_completed, records.completed_at is not null) as is_completed,
        case
            when coalesce(records.is_completed, records.completed_at is not null) then 'completed'
            else coalesce(records.status, 'open')
        end as status,
        records.verdict,
        records.reasons,
        records.changed_at
    from records
    left join {{ ref('employees_xref') }} as assignees
        on {{ reference_key('records', 'assignee') }} = assignees.record_key
)

select * from final
