with records as (
    select * from {{ ref('subscribers_records') }}
    where verdict <> 'quarantined' and not is_deleted
),

final as (
    select
        records.record_key as subscriber_id,
        records.record_key,
        records.connection,
        records.system,
        records.stream,
        coalesce(customers.customer_id, by_email.customer_id) as customer_id,
        {{ entity_fields('subscriber', 'records') -}}
        coalesce(records.status, 'unknown') = 'subscribed' as is_subscribed,
        records.verdict,
        records.reasons,
        records.changed_at
    from records
    left join {{ ref('customers_xref') }} as customers
        on {{ reference_key('records', 'customer') }} = customers.record_key
    left join {{ ref('customers_by_email') }} as by_email
        on {{ comparable_email('records.email') }} = by_email.email_key
)

select * from final
