with members as (
    select
        founder_number,
        min(employee_id) as employee_id,
        count(*) as record_count,
        count(distinct system) as system_count,
        min(first_seen_at) as first_seen_at,
        max(changed_at) as changed_at,
        min(case when is_deleted then 1 else 0 end) = 1 as is_deleted
    from {{ ref('employees_members') }}
    group by founder_number
),

survivors as (
    select * from {{ ref('employees_survivors') }}
),

final as (
    select
        members.employee_id,
        {%- for field in golden_fields('employee', model.name) %}
        survivors.{{ field }},
        {%- endfor %}
        members.record_count,
        members.system_count,
        members.first_seen_at,
        members.changed_at,
        members.is_deleted
    from members
    inner join survivors on members.founder_number = survivors.founder_number
)

select * from final
