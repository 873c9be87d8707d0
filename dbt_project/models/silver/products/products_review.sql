{%- set relations = {
    'records': ref('products_records'),
    'numbered': ref('products_numbered'),
    'groups': ref('products_groups'),
    'pairs': ref('products_pairs'),
    'xref': ref('products_xref'),
    'must_match': ref('must_match'),
    'never_match': ref('never_match'),
    'accepted_clusters': ref('accepted_clusters'),
} %}

with amounts as (
    select
        product_id,
        revenue_reporting_amount as amount
    from {{ ref('order_items') }}
    where is_counted_in_revenue
    union all
    select
        product_id,
        revenue_reporting_amount as amount
    from {{ ref('invoice_items') }}
    where is_counted_in_revenue
),

stakes as (
    select
        product_id,
        sum(amount) as amount
    from amounts
    where product_id is not null
    group by product_id
),

final as (
    {{- review_queue('product', 'product_id', relations, 'stakes') | indent }})

select * from final
