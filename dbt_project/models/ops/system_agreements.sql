{#- Rounding of lines and of tax apart, as in assert_order_totals_add_up. -#}
{%- set tolerance = 0.05 -%}
{%- set documents = [
    ('order', ref('orders'), ref('orders_xref'), ref('orders_records')),
    ('invoice', ref('invoices'), ref('invoices_xref'), ref('invoices_records')),
] -%}
with customers as (
    {{ agreed_cells('customer', ref('customers_members'), ref('customers_contests')) | indent(4) }}
),

products as (
    {{ agreed_cells('product', ref('products_members'), ref('products_contests')) | indent(4) }}
),

employees as (
    {{ agreed_cells('employee', ref('employees_members'), ref('employees_contests')) | indent(4) }}
),

{# What a connection invoiced for an order of another one. #}
billed as (
    select
        order_id,
        connection,
        system,
        sum(total_amount) as invoiced_amount,
        min(currency) as lowest_currency,
        max(currency) as highest_currency
    from {{ ref('invoices') }}
    where
        order_id is not null
        and direction = 'receivable'
        and coalesce(document_type, '') <> 'credit_note'
        and status not in ('draft', 'submitted', 'voided', 'deleted')
    group by order_id, connection, system
),

billed_orders as (
    select
        billed.order_id,
        billed.connection,
        billed.system,
        case
            when
                billed.lowest_currency = orders.currency
                and billed.highest_currency = orders.currency
                and abs(billed.invoiced_amount - orders.total_amount) <= {{ tolerance }}
                then 0
            else 1
        end as differs
    from billed
    inner join {{ ref('orders') }} as orders on billed.order_id = orders.order_id
    where
        billed.connection <> orders.connection
        and orders.status <> 'cancelled'
        and billed.invoiced_amount is not null
        and orders.total_amount is not null
),

{# The same document in two systems: each of its records beside the one that silver takes. #}
same_documents as (
    {%- for entity, chosen, xref, records in documents %}
    select
        '{{ entity }}' as entity,
        chosen.{{ entity }}_id as golden_id,
        chosen.record_key as chosen_key,
        beside.record_key as beside_key,
        case
            when
                chosen.currency = beside.currency
                and abs(chosen.total_amount - beside.total_amount) <= {{ tolerance }}
                then 0
            else 1
        end as differs
    from {{ chosen }} as chosen
    inner join {{ xref }} as xref on chosen.{{ entity }}_id = xref.{{ entity }}_id
    inner join {{ records }} as beside on xref.record_key = beside.record_key
    where
        not beside.is_deleted
        and beside.connection <> chosen.connection
        and chosen.total_amount is not null
        and beside.total_amount is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

document_cells as (
    {%- for entity, chosen, xref, records in documents %}
    {%- for key, relation in [('chosen_key', chosen), ('beside_key', records)] %}
    select
        same_documents.entity,
        'total_amount' as field,
        same_documents.golden_id,
        sides.connection,
        sides.system,
        same_documents.differs
    from same_documents
    inner join {{ relation }} as sides on same_documents.{{ key }} = sides.record_key
    where same_documents.entity = '{{ entity }}'
    union all
    {%- endfor %}
    {%- endfor %}
    select
        'invoice' as entity,
        'ordered_amount' as field,
        order_id as golden_id,
        connection,
        system,
        differs
    from billed_orders
    union all
    select
        'order' as entity,
        'invoiced_amount' as field,
        orders.order_id as golden_id,
        orders.connection,
        orders.system,
        billed_orders.differs
    from billed_orders
    inner join {{ ref('orders') }} as orders on billed_orders.order_id = orders.order_id
),

{# A document that two others contradict is one cell. #}
single_cells as (
    select
        entity,
        field,
        golden_id,
        connection,
        system,
        max(differs) as differs
    from document_cells
    group by entity, field, golden_id, connection, system
),

documents as (
    select
        entity,
        connection,
        system,
        field,
        count(*) as shared_count,
        sum(differs) as differing_count,
        min(case when differs = 1 then golden_id end) as example_golden_id
    from single_cells
    group by entity, connection, system, field
),

compared as (
    select * from customers
    union all
    select * from products
    union all
    select * from employees
    union all
    select * from documents
),

final as (
    select
        connection || '/' || entity || '/' || field as agreement_key,
        connection,
        system,
        entity,
        field,
        cast(shared_count as bigint) as shared_count,
        cast(differing_count as bigint) as differing_count,
        {{ percent_of('(shared_count - differing_count)', 'shared_count') }} as agreement_pct,
        example_golden_id
    from compared
)

select * from final
