with campaigns as (
    select
        *,
        coalesce(sent_count, recipient_count) as mailed_count,
        coalesce(
            delivered_count, sent_count - coalesce(bounce_count, 0), sent_count, recipient_count
        ) as reached_count
    from {{ ref('campaigns') }}
    where channel = 'email' and not coalesce(is_test, false)
),

final as (
    select
        campaign_id,
        campaign_name,
        subject,
        system,
        connection,
        status,
        list_name,
        sent_at,
        cast(mailed_count as bigint) as sent_count,
        cast(reached_count as bigint) as delivered_count,
        cast(unique_open_count as bigint) as unique_open_count,
        cast(unique_click_count as bigint) as unique_click_count,
        cast(bounce_count as bigint) as bounce_count,
        cast(unsubscribe_count as bigint) as unsubscribe_count,
        cast(spam_complaint_count as bigint) as spam_complaint_count,
        cast(order_count as bigint) as order_count,
        cast(revenue_reporting_amount as numeric(18, 2)) as revenue_amount,
        {{ percent_of('unique_open_count', 'reached_count') }} as open_rate_pct,
        {{ percent_of('unique_click_count', 'reached_count') }} as click_rate_pct,
        {{ percent_of('unique_click_count', 'unique_open_count') }} as click_to_open_rate_pct,
        {{ percent_of('bounce_count', 'mailed_count') }} as bounce_rate_pct,
        {{ percent_of('unsubscribe_count', 'reached_count') }} as unsubscribe_rate_pct
    from campaigns
)

select * from final
