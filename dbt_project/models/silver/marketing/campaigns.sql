{%- set counts = [
    'recipient_count', 'sent_count', 'delivered_count', 'open_count', 'unique_open_count',
    'click_count', 'unique_click_count', 'hard_bounce_count', 'soft_bounce_count',
    'unsubscribe_count', 'spam_complaint_count', 'response_count', 'order_count',
] -%}
{%- set details = ['subject', 'channel', 'from_name', 'currency'] -%}
{%- set measures = counts + ['bounce_count', 'revenue_amount'] + details -%}
with records as (
    select
        campaigns.*,
        {{ reference_key('campaigns', 'campaign') }} as campaign_key
    from {{ ref('campaigns_records') }} as campaigns
    where campaigns.verdict <> 'quarantined' and not campaigns.is_deleted
),

results as (
    select
        campaign_key,
        {%- for count in counts %}
        cast(sum({{ count }}) as bigint) as {{ count }},
        {%- endfor %}
        {%- for detail in details %}
        max({{ detail }}) as {{ detail }},
        {%- endfor %}
        cast(
            sum(coalesce(bounce_count, hard_bounce_count + soft_bounce_count)) as bigint
        ) as bounce_count,
        cast(sum(revenue_amount) as numeric(18, 4)) as revenue_amount
    from records
    where campaign_key is not null and campaign_key <> record_key
    group by campaign_key
),

linked as (
    select
        records.*,
        {%- for measure in measures %}
        coalesce(records.{{ measure }}, results.{{ measure }}) as total_{{ measure }},
        {%- endfor %}
        cast(coalesce(records.sent_at, records.scheduled_at, records.created_at) as date)
            as campaign_date
    from records
    left join results on records.record_key = results.campaign_key
    where records.campaign_key is null or records.campaign_key = records.record_key
),

final as (
    select
        linked.record_key as campaign_id,
        linked.record_key,
        linked.connection,
        linked.system,
        linked.stream,
        {{ entity_fields('campaign', 'linked', leave_out=measures) -}}
        {%- for measure in measures %}
        linked.total_{{ measure }} as {{ measure }},
        {%- endfor %}
        linked.campaign_date,
        rates.exchange_rate,
        {{ in_reporting_currency('linked.total_revenue_amount') }} as revenue_reporting_amount,
        linked.verdict,
        linked.reasons,
        linked.changed_at
    from linked
    {{ join_exchange_rates('linked.total_currency', 'linked.campaign_date') }}
)

select * from final
