with records as (
    select
        orders.*,
        chosen.order_id,
        chosen.record_count,
        coalesce(orders.ordered_at, orders.created_at) as sold_at
    from {{ ref('orders_records') }} as orders
    inner join {{ ref('orders_chosen') }} as chosen on orders.record_key = chosen.record_key
    where not chosen.is_deleted
),

linked as (
    select
        records.*,
        coalesce(customers.customer_id, by_email.customer_id) as customer_id,
        case
            when customers.customer_id is not null then 'customer of the order'
            when by_email.customer_id is not null then 'e-mail address on the order'
        end as customer_match_reason,
        employees.employee_id,
        {{ reference_key('records', 'deal') }} as deal_id,
        cast(records.sold_at as date) as ordered_date,
        case
            when records.cancelled_at is not null then 'cancelled'
            else coalesce(records.status, 'open')
        end as order_status
    from records
    left join {{ ref('customers_xref') }} as customers
        on {{ reference_key('records', 'customer') }} = customers.record_key
    left join {{ ref('customers_by_email') }} as by_email
        on {{ comparable_email('records.customer_email') }} = by_email.email_key
    left join {{ ref('employees_xref') }} as employees
        on {{ reference_key('records', 'employee') }} = employees.record_key
),

priced as (
    select
        linked.*,
        rates.exchange_rate,
        coalesce(linked.total_amount, 0) - coalesce(linked.tax_amount, 0)
        - coalesce(linked.tip_amount, 0) as revenue_amount,
        case
            when linked.is_test then 'test order'
            when linked.order_status = 'cancelled' then 'cancelled'
            when linked.order_status = 'draft' then 'draft'
            when linked.payment_status in ('voided', 'expired')
                then 'payment ' || linked.payment_status
            when linked.ordered_date is null then 'no date'
            when rates.exchange_rate is null then 'no exchange rate for its currency and day'
        end as not_counted_reason
    from linked
    {{ join_exchange_rates('linked.currency', 'linked.ordered_date') }}
),

final as (
    select
        order_id,
        record_key,
        connection,
        system,
        stream,
        customer_id,
        customer_match_reason,
        employee_id,
        deal_id,
        {{ entity_fields('order', leave_out=['status']) -}}
        order_status as status,
        ordered_date,
        exchange_rate,
        cast(revenue_amount as numeric(18, 4)) as revenue_amount,
        {{ in_reporting_currency('total_amount', rates=none) }} as total_reporting_amount,
        {{ in_reporting_currency('tax_amount', rates=none) }} as tax_reporting_amount,
        {{ in_reporting_currency('shipping_amount', rates=none) }} as shipping_reporting_amount,
        {{ in_reporting_currency('discount_amount', rates=none) }} as discount_reporting_amount,
        {{ in_reporting_currency('revenue_amount', rates=none) }} as revenue_reporting_amount,
        not_counted_reason is null as is_counted_in_revenue,
        not_counted_reason,
        record_count,
        verdict,
        reasons,
        changed_at
    from priced
)

select * from final
