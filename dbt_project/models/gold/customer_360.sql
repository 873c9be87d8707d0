with customers as (
    select * from {{ ref('customers') }}
    where not is_deleted
),

sales as (
    select
        customer_id,
        count(*) as sale_count,
        min(sold_date) as first_sale_date,
        max(sold_date) as last_sale_date,
        sum(revenue_reporting_amount) as revenue_amount,
        sum(
            case
                when {{ days_between('sold_date', as_of_date()) }} between 0 and 364
                    then revenue_reporting_amount
                else 0
            end
        ) as revenue_365_days_amount
    from {{ ref('sales') }}
    group by customer_id
),

refunds as (
    select
        customer_id,
        count(*) as refund_count,
        sum(revenue_reporting_amount) as refunded_amount,
        sum(
            case
                when {{ days_between('refunded_date', as_of_date()) }} between 0 and 364
                    then revenue_reporting_amount
                else 0
            end
        ) as refunded_365_days_amount
    from {{ ref('refunds') }}
    where is_counted_in_revenue
    group by customer_id
),

receivables as (
    select
        customer_id,
        sum(open_reporting_amount) as open_amount,
        sum(
            case when due_date < {{ as_of_date() }} then open_reporting_amount else 0 end
        ) as overdue_amount
    from {{ ref('invoices') }}
    where direction = 'receivable' and open_amount > 0
    group by customer_id
),

deals as (
    select
        customer_id,
        sum(case when status = 'open' then 1 else 0 end) as open_deal_count,
        sum(case when status = 'open' then reporting_amount else 0 end) as open_deal_amount,
        sum(case when status = 'won' then 1 else 0 end) as won_deal_count
    from {{ ref('deals') }}
    where not coalesce(is_test, false)
    group by customer_id
),

activities as (
    select
        customer_id,
        count(*) as activity_count,
        max(activity_date) as last_activity_date
    from {{ ref('activities') }}
    where activity_date <= {{ as_of_date() }}
    group by customer_id
),

subscribers as (
    select
        customer_id,
        max(case when is_subscribed then 1 else 0 end) as subscribed
    from {{ ref('subscribers') }}
    group by customer_id
),

combined as (
    select
        customers.*,
        coalesce(sales.sale_count, 0) as sale_count,
        sales.first_sale_date,
        sales.last_sale_date,
        {{ days_between('sales.last_sale_date', as_of_date()) }} as days_since_last_sale,
        coalesce(sales.revenue_amount, 0) as revenue_amount,
        coalesce(refunds.refund_count, 0) as refund_count,
        coalesce(refunds.refunded_amount, 0) as refunded_amount,
        coalesce(sales.revenue_amount, 0) - coalesce(refunds.refunded_amount, 0)
            as net_revenue_amount,
        coalesce(sales.revenue_365_days_amount, 0) - coalesce(refunds.refunded_365_days_amount, 0)
            as net_revenue_365_days_amount,
        coalesce(receivables.open_amount, 0) as open_receivable_amount,
        coalesce(receivables.overdue_amount, 0) as overdue_amount,
        coalesce(deals.open_deal_count, 0) as open_deal_count,
        coalesce(deals.open_deal_amount, 0) as open_deal_amount,
        coalesce(deals.won_deal_count, 0) as won_deal_count,
        coalesce(activities.activity_count, 0) as activity_count,
        activities.last_activity_date,
        coalesce(subscribers.subscribed, 0) = 1 as is_subscribed
    from customers
    left join sales on customers.customer_id = sales.customer_id
    left join refunds on customers.customer_id = refunds.customer_id
    left join receivables on customers.customer_id = receivables.customer_id
    left join deals on customers.customer_id = deals.customer_id
    left join activities on customers.customer_id = activities.customer_id
    left join subscribers on customers.customer_id = subscribers.customer_id
),

statuses as (
    select
        combined.customer_id,
        min(rules.rule_order) as rule_order
    from combined
    inner join {{ ref('customer_status_rules') }} as rules
        on
            coalesce(combined.is_supplier, false)
            = coalesce(rules.is_supplier, combined.is_supplier, false)
            and combined.sale_count >= coalesce(rules.min_sale_count, combined.sale_count)
            and combined.sale_count <= coalesce(rules.max_sale_count, combined.sale_count)
            and (
                rules.min_days_since_sale is null
                or combined.days_since_last_sale >= rules.min_days_since_sale
            )
            and (
                rules.max_days_since_sale is null
                or combined.days_since_last_sale <= rules.max_days_since_sale
            )
            and combined.open_deal_count >= coalesce(rules.min_open_deal_count, 0)
    group by combined.customer_id
),

with_status as (
    select
        combined.*,
        coalesce(rules.status, 'unclassified') as customer_status
    from combined
    left join statuses on combined.customer_id = statuses.customer_id
    left join {{ ref('customer_status_rules') }} as rules on statuses.rule_order = rules.rule_order
),

priorities as (
    select
        with_status.customer_id,
        min(rules.rule_order) as rule_order
    from with_status
    inner join {{ ref('customer_priority_rules') }} as rules
        on
            with_status.customer_status = coalesce(rules.status, with_status.customer_status)
            and (
                rules.min_revenue_amount is null
                or with_status.net_revenue_365_days_amount >= rules.min_revenue_amount
            )
            and with_status.overdue_amount >= coalesce(rules.min_overdue_amount, 0)
            and with_status.open_deal_amount >= coalesce(rules.min_open_deal_amount, 0)
    group by with_status.customer_id
),

final as (
    select
        with_status.customer_id,
        with_status.customer_type,
        with_status.customer_name,
        with_status.company_name,
        with_status.email,
        with_status.phone,
        with_status.city,
        with_status.country,
        with_status.company_customer_id,
        with_status.owner_employee_id,
        with_status.customer_status,
        coalesce(rules.priority, 'low') as customer_priority,
        coalesce(with_status.is_supplier, false) as is_supplier,
        with_status.is_subscribed,
        with_status.is_email_opted_in,
        coalesce(with_status.is_test, false) as is_test,
        cast(with_status.sale_count as bigint) as sale_count,
        cast(with_status.refund_count as bigint) as refund_count,
        cast(with_status.revenue_amount as numeric(18, 2)) as revenue_amount,
        cast(with_status.refunded_amount as numeric(18, 2)) as refunded_amount,
        cast(with_status.net_revenue_amount as numeric(18, 2)) as net_revenue_amount,
        cast(with_status.net_revenue_365_days_amount as numeric(18, 2))
            as net_revenue_365_days_amount,
        cast(
            case
                when with_status.sale_count > 0
                    then round(with_status.revenue_amount / with_status.sale_count, 2)
            end as numeric(18, 2)
        ) as average_sale_amount,
        cast(with_status.open_receivable_amount as numeric(18, 2)) as open_receivable_amount,
        cast(with_status.overdue_amount as numeric(18, 2)) as overdue_amount,
        cast(with_status.open_deal_count as bigint) as open_deal_count,
        cast(with_status.won_deal_count as bigint) as won_deal_count,
        cast(with_status.open_deal_amount as numeric(18, 2)) as open_deal_amount,
        cast(with_status.activity_count as bigint) as activity_count,
        with_status.first_sale_date,
        with_status.last_sale_date,
        cast(with_status.days_since_last_sale as bigint) as days_since_last_sale,
        with_status.last_activity_date,
        cast(with_status.created_at as date) as customer_since_date,
        cast(with_status.record_count as bigint) as record_count,
        cast(with_status.system_count as bigint) as system_count,
        with_status.custom_fields
    from with_status
    left join priorities on with_status.customer_id = priorities.customer_id
    left join {{ ref('customer_priority_rules') }} as rules
        on priorities.rule_order = rules.rule_order
)

select * from final
