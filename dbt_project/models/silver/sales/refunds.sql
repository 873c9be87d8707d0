with records as (
    select * from {{ ref('refunds_records') }}
    where verdict <> 'quarantined' and not is_deleted
),

payments as (
    select
        record_key,
        order_id,
        invoice_id
    from {{ ref('payments') }}
),

referenced as (
    select
        records.*,
        coalesce(orders.order_id, payments.order_id) as direct_order_id,
        coalesce(invoices.invoice_id, payments.invoice_id) as invoice_id,
        customers.customer_id as direct_customer_id,
        cast(coalesce(records.refunded_at, records.created_at) as date) as refunded_date
    from records
    left join payments on {{ reference_key('records', 'payment') }} = payments.record_key
    left join {{ ref('orders_xref') }} as orders
        on {{ reference_key('records', 'order') }} = orders.record_key
    left join {{ ref('invoices_xref') }} as invoices
        on {{ reference_key('records', 'invoice') }} = invoices.record_key
    left join {{ ref('customers_xref') }} as customers
        on {{ reference_key('records', 'customer') }} = customers.record_key
),

linked as (
    select
        referenced.*,
        coalesce(referenced.direct_order_id, invoices.order_id) as order_id,
        coalesce(
            referenced.direct_customer_id, orders.customer_id, invoices.customer_id
        ) as customer_id,
        coalesce(orders.is_test, invoices.is_test, referenced.is_test, false) as is_test_sale,
        max(case when referenced.direct_order_id is not null then 1 else 0 end) over (
            partition by coalesce(referenced.direct_order_id, invoices.order_id)
        ) as has_refund_of_order
    from referenced
    left join {{ ref('invoices') }} as invoices on referenced.invoice_id = invoices.invoice_id
    left join {{ ref('orders') }} as orders
        on coalesce(referenced.direct_order_id, invoices.order_id) = orders.order_id
),

priced as (
    select
        linked.*,
        rates.exchange_rate,
        coalesce(linked.amount, 0) - coalesce(linked.tax_amount, 0) as revenue_amount,
        case
            when coalesce(linked.direction, 'receivable') <> 'receivable'
                then 'received from a supplier'
            when linked.is_test_sale then 'refund of a test'
            when linked.status in ('draft', 'pending', 'voided', 'failed') then linked.status
            when
                linked.direct_order_id is null
                and linked.order_id is not null
                and linked.has_refund_of_order = 1
                then 'same refund as in the order''s own system'
            when linked.refunded_date is null then 'no date'
            when rates.exchange_rate is null then 'no exchange rate for its currency and day'
        end as not_counted_reason
    from linked
    {{ join_exchange_rates('linked.currency', 'linked.refunded_date') }}
),

final as (
    select
        record_key as refund_id,
        record_key,
        connection,
        system,
        stream,
        customer_id,
        order_id,
        invoice_id,
        {{ entity_fields('refund') -}}
        refunded_date,
        exchange_rate,
        cast(revenue_amount as numeric(18, 4)) as revenue_amount,
        {{ in_reporting_currency('amount', rates=none) }} as reporting_amount,
        {{ in_reporting_currency('revenue_amount', rates=none) }} as revenue_reporting_amount,
        not_counted_reason is null as is_counted_in_revenue,
        not_counted_reason,
        verdict,
        reasons,
        changed_at
    from priced
)

select * from final
