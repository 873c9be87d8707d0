with held as (
    {{ union_verdicts('quarantined_payload is not null') | indent(4) }}
),

mapped as (
    select
        {{ quarantine_id('entity', 'record_key', 'quarantined_payload') }} as quarantine_id,
        entity,
        staging_model,
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
        verdict = 'warned' as is_accepted,
        request_id
    from held
),

{# A later run that listed everything, or for answers read on, without it: it is mended. #}
read_since as (
    select
        connection,
        stream,
        max(case when is_whole then started_at end) as record,
        max(started_at) as answer
    from {{ source('bronze_meta', 'stream_runs') }}
    where status = 'done'
    group by connection, stream
),

rejections as (
    select
        *,
        coalesce(kind, 'record') as rejected_kind,
        connection || '/' || stream as place,
        cast(payload as text) as payload_text
    from {{ source('bronze_meta', 'rejected_records') }}
),

rejected as (
    select
        {{ quarantine_id('rejected_kind', 'place', "reason || ' ' || payload_text") }}
            as quarantine_id,
        cast(null as text) as entity,
        cast(null as text) as staging_model,
        cast(null as text) as record_key,
        connection,
        system,
        stream,
        cast(null as text) as record_id,
        case when rejected_kind = 'answer' then 'answer_form' else 'record_form' end as broken_rule,
        reason,
        payload_text as payload,
        min(extracted_at) as first_seen_at,
        max(extracted_at) as last_seen_at,
        count(*) as attempts,
        false as is_accepted,
        max(request_id) as request_id
    from rejections
    group by connection, system, stream, place, rejected_kind, reason, payload_text
),

still_rejected as (
    select rejected.*
    from rejected
    left join read_since
        on rejected.connection = read_since.connection and rejected.stream = read_since.stream
    where
        coalesce(
            case
                when rejected.broken_rule = 'answer_form' then read_since.answer
                else read_since.record
            end < rejected.last_seen_at,
            true
        )
),

all_held as (
    select * from mapped
    union all
    select * from still_rejected
),

final as (
    select
        all_held.quarantine_id,
        all_held.entity,
        all_held.staging_model,
        all_held.record_key,
        all_held.connection,
        all_held.system,
        all_held.stream,
        all_held.record_id,
        all_held.broken_rule,
        all_held.reason,
        all_held.payload,
        all_held.first_seen_at,
        all_held.last_seen_at,
        all_held.attempts,
        case
            when all_held.is_accepted then 'accepted'
            when decisions.decision = 'dismiss' then 'dismissed'
            else 'open'
        end as state,
        decisions.decided_by,
        decisions.decided_at,
        decisions.why,
        all_held.request_id
    from all_held
    left join {{ ref('quarantine_decisions') }} as decisions
        on all_held.quarantine_id = decisions.quarantine_id
)

select * from final
