with records as (
    select * from {{ ref('payments_records') }}
    where verdict <> 'quarantined' and not is_deleted
),

linked as (
    select
        records.*,
        orders.order_id,
        invoices.invoice_id,
        coalesce(
            customers.customer_id, golden_orders.customer_id, golden_invoices.customer_id,
            by_email.customer_id
        ) as customer_id,
        cast(coalesce(records.paid_at, records.created_at) as date) as paid_date
    from records
    left join {{ ref('orders_xref') }} as orders
        on {{ reference_key('records', 'order') }} = orders.record_key
    left join {{ ref('orders') }} as golden_orders on orders.order_id = golden_orders.order_id
    left join {{ ref('invoices_xref') }} as invoices
        on {{ reference_key('records', 'invoice') }} = invoices.record_key
    left join {{ ref('invoices') }} as golden_invoices
        on invoices.invoice_id = golden_invoices.invoice_id
    left join {{ ref('customers_xref') }} as customers
        on {{ reference_key('records', 'customer') }} = customers.record_key
    left join {{ ref('customers_by_email') }} as by_email
        on {{ comparable_email('records.customer_email') }} = by_email.email_key
),

final as (
    select
        linked.record_key as payment_id,
        linked.record_key,
        linked.connection,
        linked.system,
        linked.stream,
        linked.customer_id,
        linked.order_id,
        linked.invoice_id,
        {{ entity_fields('payment', 'linked') -}}
        linked.paid_date,
        rates.exchange_rate,
        {{ in_reporting_currency('linked.amount') }} as reporting_amount,
        {{ in_reporting_currency('linked.fee_amount') }} as fee_reporting_amount,
        coalesce(linked.direction, 'in') = 'in'
        and coalesce(linked.payment_type, 'sale') in ('sale', 'capture', 'prepayment', 'other')
        and coalesce(linked.status, 'completed') = 'completed'
        and not coalesce(linked.is_test, false) as is_money_received,
        linked.verdict,
        linked.reasons,
        linked.changed_at
    from linked
    {{ join_exchange_rates('linked.currency', 'linked.paid_date') }}
)

select * from final
