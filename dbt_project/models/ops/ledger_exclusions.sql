with campaign_results as (
    select
        'campaign' as entity,
        results.record_key,
        results.system,
        results.connection,
        results.stream,
        case
            when campaigns.record_key is null then 'its campaign is not known'
            else 'its figures are part of its campaign'
        end as exclusion_rule
    from {{ ref('campaigns_records') }} as results
    left join {{ ref('campaigns') }} as campaigns
        on {{ reference_key('results', 'campaign') }} = campaigns.record_key
    where
        results.verdict <> 'quarantined'
        and not results.is_deleted
        and {{ reference_key('results', 'campaign') }} <> results.record_key
),

order_items as (
    {{ excluded_items('order', ref('orders'), ref('orders_records')) | indent(4) }}
),

invoice_items as (
    {{ excluded_items('invoice', ref('invoices'), ref('invoices_records')) | indent(4) }}
),

final as (
    select * from campaign_results
    union all
    select * from order_items
    union all
    select * from invoice_items
)

select * from final
