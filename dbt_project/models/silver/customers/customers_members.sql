with records as (
    select * from {{ ref('customers_records') }}
),

numbered as (
    select * from {{ ref('customers_numbered') }}
),

xref as (
    select * from {{ ref('customers_xref') }}
),

employees as (
    select * from {{ ref('employees_xref') }}
),

final as (
    select
        numbered.record_number,
        coalesce(grouped.founder_number, numbered.record_number) as founder_number,
        xref.customer_id,
        companies.customer_id as company_customer_id,
        employees.employee_id as owner_employee_id,
        numbered.party,
        {{ record_fields('customer', 'records') -}}
    from numbered
    inner join records on numbered.record_key = records.record_key
    inner join xref on numbered.record_key = xref.record_key
    left join {{ ref('customers_groups') }} as grouped
        on numbered.record_number = grouped.record_number
    left join xref as companies
        on {{ reference_key('records', 'company') }} = companies.record_key
    left join employees on {{ reference_key('records', 'owner') }} = employees.record_key
)

select * from final
