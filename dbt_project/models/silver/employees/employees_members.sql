with records as (
    select * from {{ ref('employees_records') }}
),

numbered as (
    select * from {{ ref('employees_numbered') }}
),

final as (
    select
        numbered.record_number,
        coalesce(grouped.founder_number, numbered.record_number) as founder_number,
        xref.employee_id,
        referenced.employee_id as manager_employee_id,
        {{ record_fields('employee', 'records') -}}
    from numbered
    inner join records on numbered.record_key = records.record_key
    inner join {{ ref('employees_xref') }} as xref on numbered.record_key = xref.record_key
    left join {{ ref('employees_groups') }} as grouped
        on numbered.record_number = grouped.record_number
    left join {{ ref('employees_xref') }} as referenced
        on {{ reference_key('records', 'manager') }} = referenced.record_key
)

select * from final
