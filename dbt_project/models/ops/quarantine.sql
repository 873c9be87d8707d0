with held as (
    {{ union_verdicts('quarantined_payload is not null') | indent(4) }}
),

held_with_values as (
    select * from held
    where unreadable_values is not null
),

members as (
    {{ json_object_rows('held_with_values', 'unreadable_values') | indent(4) }}
),

unreadable as (
    select
        staging_model,
        record_key,
        {{ texts_in_order('member_name', 'member_name', ', ') }} as field_names
    from members
    group by staging_model, record_key
),

mapped as (
    select
        {{ quarantine_id('held.entity', 'held.record_key', 'held.quarantined_payload') }}
            as quarantine_id,
        held.entity,
        held.staging_model,
        held.record_key,
        held.connection,
        held.system,
        held.stream,
        held.record_id,
        case
            when held.reasons like '% is missing%' then 'required_field'
            else 'readable_value'
        end as broken_rule,
        held.reasons as reason,
        case
            when held.unreadable_values is null then held.reasons
            else
                'these cannot be read: ' || unreadable.field_names
                || case
                    when held.reasons like '% is missing%' then '; a field is missing'
                    else ''
                end
        end as fault,
        held.quarantined_payload as payload,
        held.first_seen_at,
        held.extracted_at as last_seen_at,
        held.version_count as attempts,
        held.verdict = 'warned' as is_accepted,
        held.request_id
    from held
    left join unreadable
        on
            held.staging_model = unreadable.staging_model
            and held.record_key = unreadable.record_key
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
        case
            when rejected_kind = 'answer' then 'the answer cannot be read'
            when reason like 'the record has no %' then reason
            else 'it is no record that can be read'
        end as fault,
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
        all_held.fault,
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
