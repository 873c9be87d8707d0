with bills as (
    select
        customer_id,
        count(*) as bill_count,
        min(issued_date) as first_bill_date,
        max(issued_date) as last_bill_date,
        cast(sum(total_reporting_amount) as numeric(18, 2)) as billed_amount,
        cast(sum(open_reporting_amount) as numeric(18, 2)) as open_amount,
        cast(
            sum(
                case
                    when coalesce(due_date, issued_date) < {{ as_of_date() }}
                        then open_reporting_amount
                end
            ) as numeric(18, 2)
        ) as overdue_amount
    from {{ ref('invoices') }}
    where
        direction = 'payable'
        and status not in ('draft', 'voided')
        and not coalesce(is_test, false)
    group by customer_id
),

final as (
    select
        customers.customer_id as supplier_id,
        customers.customer_name as supplier_name,
        customers.customer_type as supplier_type,
        customers.email,
        customers.phone,
        customers.tax_number,
        customers.company_number,
        customers.website_domain,
        customers.street,
        customers.city,
        customers.postal_code,
        customers.country,
        customers.currency,
        coalesce(customers.is_customer, false) as is_customer,
        customers.record_count,
        customers.system_count,
        coalesce(bills.bill_count, 0) as bill_count,
        bills.first_bill_date,
        bills.last_bill_date,
        coalesce(bills.billed_amount, 0) as billed_amount,
        coalesce(bills.open_amount, 0) as open_amount,
        coalesce(bills.overdue_amount, 0) as overdue_amount,
        customers.is_deleted
    from {{ ref('customers') }} as customers
    left join bills on customers.customer_id = bills.customer_id
    where customers.is_supplier or bills.customer_id is not null
)

select * from final
