with tasks as (
    select
        project_id,
        assignee_employee_id,
        is_completed,
        due_date,
        coalesce(estimated_minutes, 0) as estimated_minutes,
        coalesce(actual_minutes, 0) as actual_minutes,
        {{ days_between('created_at', 'completed_at') }} as days_to_complete
    from {{ ref('tasks') }}
    where coalesce(task_type, 'task') <> 'section'
),

workload as (
    select
        project_id,
        assignee_employee_id,
        count(*) as task_count,
        sum(case when is_completed then 1 else 0 end) as completed_count,
        sum(case when is_completed then 0 else 1 end) as open_count,
        sum(
            case when not is_completed and due_date < {{ as_of_date() }} then 1 else 0 end
        ) as overdue_count,
        sum(
            case
                when
                    not is_completed
                    and {{ days_between(as_of_date(), 'due_date') }} between 0 and 6
                    then 1
                else 0
            end
        ) as due_in_7_days_count,
        sum(case when is_completed then 0 else estimated_minutes end) as open_estimated_minutes,
        sum(actual_minutes) as actual_minutes,
        avg(days_to_complete) as average_days_to_complete,
        min(case when is_completed then null else due_date end) as next_due_date
    from tasks
    group by project_id, assignee_employee_id
),

final as (
    select
        workload.project_id,
        coalesce(projects.project_name, 'no project') as project_name,
        projects.status as project_status,
        projects.health as project_health,
        projects.due_date as project_due_date,
        workload.assignee_employee_id,
        coalesce(
            employees.full_name,
            {{ join_texts(['employees.first_name', 'employees.last_name'], ' ') }}, 'unassigned'
        ) as assignee_name,
        cast(workload.task_count as bigint) as task_count,
        cast(workload.completed_count as bigint) as completed_count,
        cast(workload.open_count as bigint) as open_count,
        cast(workload.overdue_count as bigint) as overdue_count,
        cast(workload.due_in_7_days_count as bigint) as due_in_7_days_count,
        cast(workload.open_estimated_minutes / 60.0 as numeric(18, 2)) as open_estimated_hours,
        cast(workload.actual_minutes / 60.0 as numeric(18, 2)) as actual_hours,
        cast(round(100.0 * workload.completed_count / workload.task_count, 2) as numeric(18, 2))
            as completed_pct,
        cast(round(workload.average_days_to_complete, 1) as numeric(18, 1))
            as average_days_to_complete,
        workload.next_due_date
    from workload
    left join {{ ref('projects') }} as projects on workload.project_id = projects.project_id
    left join {{ ref('employees') }} as employees
        on workload.assignee_employee_id = employees.employee_id
)

select * from final
