{%- set relations = {
    'records': ref('customers_records'),
    'numbered': ref('customers_numbered'),
    'groups': ref('customers_groups'),
    'pairs': ref('customers_pairs'),
    'xref': ref('customers_xref'),
    'must_match': ref('must_match'),
    'never_match': ref('never_match'),
    'accepted_clusters': ref('accepted_clusters'),
} %}

with amounts as (
    select
        customer_id,
        case when is_counted_in_revenue then revenue_reporting_amount else 0 end as amount
    from {{ ref('orders') }}
    union all
    select
        customer_id,
        case when is_counted_in_revenue then revenue_reporting_amount else 0 end
        + coalesce(open_reporting_amount, 0) as amount
    from {{ ref('invoices') }}
),

stakes as (
    select
        customer_id,
        sum(amount) as amount
    from amounts
    where customer_id is not null
    group by customer_id
),

final as (
    {{- review_queue('customer', 'customer_id', relations, 'stakes') | indent }})

select * from final
