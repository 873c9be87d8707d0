with invoices as (
    select
        invoices.*,
        greatest(
            coalesce({{ days_between(
                'coalesce(invoices.due_date, invoices.issued_date)', as_of_date()
            ) }}, 0),
            0
        ) as days_overdue
    from {{ ref('invoices') }} as invoices
    where
        invoices.direction = 'receivable'
        and invoices.open_amount > 0
        and not coalesce(invoices.is_test, false)
),

final as (
    select
        invoices.invoice_id,
        invoices.invoice_number,
        invoices.system,
        invoices.connection,
        invoices.customer_id,
        coalesce(customers.customer_name, invoices.customer_name) as customer_name,
        invoices.issued_date,
        invoices.due_date,
        {{ as_of_date() }} as as_of_date,
        cast(invoices.days_overdue as bigint) as days_overdue,
        buckets.bucket,
        buckets.bucket_order,
        invoices.currency,
        cast(invoices.open_amount as numeric(18, 2)) as open_amount,
        cast(invoices.open_reporting_amount as numeric(18, 2)) as open_reporting_amount
    from invoices
    left join {{ ref('ageing_buckets') }} as buckets
        on
            invoices.days_overdue >= coalesce(buckets.min_days_overdue, invoices.days_overdue)
            and invoices.days_overdue <= coalesce(buckets.max_days_overdue, invoices.days_overdue)
    left join {{ ref('customers') }} as customers on invoices.customer_id = customers.customer_id
)

select * from final
