with invoices as (
    select
        invoices.record_key,
        invoices.connection,
        invoices.order_stream,
        invoices.order_record_id,
        invoices.external_system,
        invoices.external_stream,
        invoices.external_id,
        invoices.order_number_reference,
        invoices.reference,
        invoices.currency,
        invoices.total_amount,
        {{ reference_key('invoices', 'customer') }} as customer_key
    from {{ ref('invoices_records') }} as invoices
    where invoices.verdict <> 'quarantined' and coalesce(invoices.direction, '') <> 'payable'
),

orders as (
    select
        numbered.record_key,
        numbered.system,
        numbered.stream,
        numbered.number_key,
        {{ last_part('numbered.record_id') }} as record_id_part,
        records.currency,
        records.total_amount,
        {{ reference_key('records', 'customer') }} as customer_key,
        xref.order_id
    from {{ ref('orders_numbered') }} as numbered
    inner join {{ ref('orders_records') }} as records on numbered.record_key = records.record_key
    inner join {{ ref('orders_xref') }} as xref on numbered.record_key = xref.record_key
),

references_in_words as (
    select
        record_key,
        {{ comparable_code('order_number_reference') }} as number_key
    from invoices
    union
    select
        record_key,
        {{ comparable_code('reference') }} as number_key
    from invoices
    union
    select
        record_key,
        {{ comparable_code(first_match('reference', '#([0-9A-Za-z-]+)', 1)) }} as number_key
    from invoices
    union
    select
        record_key,
        {{ comparable_code(first_match('reference', '([0-9]{3,})$', 1)) }} as number_key
    from invoices
),

named as (
    select
        invoices.record_key,
        min(orders.order_id) as order_id,
        3 as strength,
        'the reference names the order' as reason
    from references_in_words
    inner join invoices on references_in_words.record_key = invoices.record_key
    inner join orders on references_in_words.number_key = orders.number_key
    left join {{ ref('customers_xref') }} as invoice_customers
        on invoices.customer_key = invoice_customers.record_key
    left join {{ ref('customers_xref') }} as order_customers
        on orders.customer_key = order_customers.record_key
    where
        references_in_words.number_key is not null
        and (
            invoice_customers.customer_id = order_customers.customer_id
            or (
                invoices.currency = orders.currency
                and abs(invoices.total_amount - orders.total_amount)
                <= abs(orders.total_amount) * 0.01
            )
        )
    group by invoices.record_key
    having count(distinct orders.order_id) = 1
),

candidates as (
    select
        invoices.record_key,
        xref.order_id,
        1 as strength,
        'the system itself names the order' as reason
    from invoices
    inner join {{ ref('orders_xref') }} as xref
        on {{ reference_key('invoices', 'order') }} = xref.record_key
    union all
    select
        invoices.record_key,
        min(orders.order_id) as order_id,
        2 as strength,
        'the system keeps the id of the order' as reason
    from invoices
    inner join orders
        on
            invoices.external_system = orders.system
            and {{ last_part('invoices.external_id') }} = orders.record_id_part
            and coalesce(invoices.external_stream, orders.stream) = orders.stream
    where invoices.external_id is not null
    group by invoices.record_key
    having count(distinct orders.order_id) = 1
    union all
    select * from named
),

final as (
    select
        record_key,
        {{ value_at_min('order_id', 'strength') }} as order_id,
        {{ value_at_min('reason', 'strength') }} as order_match_reason
    from candidates
    group by record_key
)

select * from final
