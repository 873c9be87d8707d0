with employees as (
    select
        employee_id,
        coalesce(department, 'none') as department,
        hired_date,
        case
            when terminated_date is not null then terminated_date
            when status = 'terminated' or is_deleted then cast(changed_at as date)
        end as left_date
    from {{ ref('employees') }}
    where is_hr_record and not coalesce(is_test, false) and hired_date is not null
),

months as (
    {{ calendar_months(
        '(select coalesce(min(hired_date), ' ~ as_of_date() ~ ') from employees)', as_of_date()
    ) }}
),

departments as (
    select distinct department from employees
),

absences as (
    select
        employees.department,
        months.month_start_date,
        sum(
            {{ days_between(
                'greatest(time_off.start_date, months.month_start_date)',
                'least(time_off.end_date, ' ~ month_end('months.month_start_date') ~ ')'
            ) }} + 1
        ) as absence_days
    from {{ ref('time_off') }} as time_off
    inner join employees on time_off.employee_id = employees.employee_id
    inner join months
        on
            time_off.start_date <= {{ month_end('months.month_start_date') }}
            and time_off.end_date >= months.month_start_date
    where time_off.status = 'approved'
    group by employees.department, months.month_start_date
),

counted as (
    select
        months.month_start_date,
        departments.department,
        sum(
            case
                when
                    employees.hired_date <= {{ month_end('months.month_start_date') }}
                    and coalesce(employees.left_date, date '9999-12-31')
                    > {{ month_end('months.month_start_date') }}
                    then 1
                else 0
            end
        ) as headcount,
        sum(
            case
                when {{ month_start('employees.hired_date') }} = months.month_start_date then 1
                else 0
            end
        ) as hired_count,
        sum(
            case
                when {{ month_start('employees.left_date') }} = months.month_start_date then 1
                else 0
            end
        ) as left_count
    from months
    cross join departments
    inner join employees on departments.department = employees.department
    group by months.month_start_date, departments.department
),

final as (
    select
        counted.month_start_date,
        counted.department,
        cast(counted.headcount as bigint) as headcount,
        cast(counted.hired_count as bigint) as hired_count,
        cast(counted.left_count as bigint) as left_count,
        cast(
            case
                when counted.headcount + counted.left_count > 0
                    then
                        round(
                            100.0 * counted.left_count / (counted.headcount + counted.left_count), 2
                        )
            end as numeric(18, 2)
        ) as turnover_pct,
        cast(coalesce(absences.absence_days, 0) as bigint) as absence_days
    from counted
    left join absences
        on
            counted.department = absences.department
            and counted.month_start_date = absences.month_start_date
)

select * from final
