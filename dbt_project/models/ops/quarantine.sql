with

quarantined as (
    {{ union_verdicts("verdict = 'quarantined'") | indent(4) }}
),

mapped as (
    select
        entity,
        record_key,
        connection,
        system,
        stream,
        record_id,
        case
            when reasons like '% is missing%' then 'required_field'
            else 'readable_value'
        end as broken_rule,
        reasons as reason,
        quarantined_payload as payload,
        first_seen_at,
        extracted_at as last_seen_at,
        version_count as attempts,
        'waiting' as state,
        request_id
    from quarantined
),

rejected as (
    select
        cast(null as text) as entity,
        cast(null as text) as record_key,
        connection,
        system,
        stream,
        cast(null as text) as record_id,
        'record_form' as broken_rule,
        reason,
        cast(payload as text) as payload,
        min(extracted_at) as first_seen_at,
        max(extracted_at) as last_seen_at,
        count(*) as attempts,
        'rejected' as state,
        max(request_id) as request_id
    from {{ source('bronze_meta', 'rejected_records') }}
    group by connection, system, stream, reason, cast(payload as text)
),

final as (
    select * from mapped
    union all
    select * from rejected
)

select * from final
