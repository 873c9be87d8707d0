with records as (
    select
        invoices.*,
        chosen.invoice_id,
        chosen.record_count
    from {{ ref('invoices_records') }} as invoices
    inner join {{ ref('invoices_chosen') }} as chosen on invoices.record_key = chosen.record_key
    where not chosen.is_deleted
),

order_links as (
    select
        xref.invoice_id,
        min(links.order_id) as order_id,
        min(links.order_match_reason) as order_match_reason
    from {{ ref('invoices_order_links') }} as links
    inner join {{ ref('invoices_xref') }} as xref on links.record_key = xref.record_key
    group by xref.invoice_id
),

linked as (
    select
        records.*,
        coalesce(customers.customer_id, by_email.customer_id) as customer_id,
        order_links.order_id,
        order_links.order_match_reason,
        orders.is_counted_in_revenue as is_order_counted,
        {{ reference_key('records', 'deal') }} as deal_id,
        coalesce(records.direction, 'receivable') as invoice_direction,
        case
            when records.status is not null and records.status <> 'unknown' then records.status
            when records.total_amount = 0 and lower(records.note) like '%void%' then 'voided'
            when records.balance_amount = 0 then 'paid'
            when records.balance_amount < records.total_amount then 'partially_paid'
            else 'open'
        end as invoice_status
    from records
    left join {{ ref('customers_xref') }} as customers
        on {{ reference_key('records', 'customer') }} = customers.record_key
    left join {{ ref('customers_by_email') }} as by_email
        on {{ comparable_email('records.customer_email') }} = by_email.email_key
    left join order_links on records.invoice_id = order_links.invoice_id
    left join {{ ref('orders') }} as orders on order_links.order_id = orders.order_id
),

priced as (
    select
        linked.*,
        rates.exchange_rate,
        coalesce(linked.total_amount, 0) - coalesce(linked.tax_amount, 0) as revenue_amount,
        case
            when linked.invoice_status in ('voided', 'deleted', 'draft') then 0
            when linked.document_type = 'credit_note' then 0
            else coalesce(linked.balance_amount, 0)
        end as open_amount,
        case
            when linked.invoice_direction <> 'receivable' then 'money paid, not earned'
            when linked.document_type = 'credit_note' then 'credit note'
            when linked.is_test then 'test document'
            when linked.invoice_status in ('draft', 'submitted', 'voided', 'deleted')
                then linked.invoice_status
            when linked.is_order_counted then 'same sale as order ' || linked.order_id
            when linked.issued_date is null then 'no date'
            when rates.exchange_rate is null then 'no exchange rate for its currency and day'
        end as not_counted_reason
    from linked
    {{ join_exchange_rates('linked.currency', 'linked.issued_date') }}
),

final as (
    select
        invoice_id,
        record_key,
        connection,
        system,
        stream,
        customer_id,
        order_id,
        order_match_reason,
        deal_id,
        {{ entity_fields('invoice', leave_out=['status', 'direction']) -}}
        invoice_direction as direction,
        invoice_status as status,
        cast(open_amount as numeric(18, 4)) as open_amount,
        exchange_rate,
        cast(revenue_amount as numeric(18, 4)) as revenue_amount,
        {{ in_reporting_currency('total_amount', rates=none) }} as total_reporting_amount,
        {{ in_reporting_currency('tax_amount', rates=none) }} as tax_reporting_amount,
        {{ in_reporting_currency('discount_amount', rates=none) }} as discount_reporting_amount,
        {{ in_reporting_currency('revenue_amount', rates=none) }} as revenue_reporting_amount,
        {{ in_reporting_currency('open_amount', rates=none) }} as open_reporting_amount,
        not_counted_reason is null as is_counted_in_revenue,
        not_counted_reason,
        record_count,
        verdict,
        reasons,
        changed_at
    from priced
)

select * from final
