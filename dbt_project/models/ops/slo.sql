{%- set window_days = var('slo_days') -%}
with

runs as (
    select
        connection,
        system,
        stream,
        promise_minutes,
        status,
        finished_at,
        sum(case when status = 'done' then 1 else 0 end) over (
            partition by connection, stream
            order by finished_at, started_at rows unbounded preceding
        ) as success_number
    from {{ source('bronze_meta', 'stream_runs') }}
    where {{ days_between('finished_at', build_timestamp()) }} <= {{ window_days }}
),

{# From one good run to the next; what was read stays within the promise for so many minutes. #}
spans as (
    select
        connection,
        system,
        stream,
        success_number,
        max(promise_minutes) as promise_minutes,
        min(case when status = 'done' then finished_at end) as success_at,
        min(case when status = 'failed' then finished_at end) as first_failure_at
    from runs
    group by connection, system, stream, success_number
),

followed as (
    select
        *,
        lead(success_at) over (
            partition by connection, stream order by success_number
        ) as next_success_at
    from spans
),

timed as (
    select
        *,
        {{ minutes_between('success_at', 'coalesce(next_success_at, ' ~ build_timestamp() ~ ')') }}
            as span_minutes,
        {{ minutes_between('success_at', 'first_failure_at') }} as failure_minutes
    from followed
),

incidents as (
    select
        *,
        case
            when success_at is null then 0
            else least(promise_minutes, coalesce(failure_minutes, promise_minutes))
        end as began_minutes,
        case
            when success_at is null then 0
            else coalesce(failure_minutes, span_minutes)
        end as noticed_minutes,
        first_failure_at is not null or span_minutes > promise_minutes as is_incident
    from timed
),

final as (
    select
        connection,
        system,
        cast(max(promise_minutes) as bigint) as promise_minutes,
        cast(count(distinct stream) as bigint) as stream_count,
        cast(
            100 * sum(least(span_minutes, promise_minutes)) / nullif(sum(span_minutes), 0)
            as numeric(18, 2)
        ) as in_promise_pct,
        cast(sum(case when is_incident then 1 else 0 end) as bigint) as incident_count,
        cast(
            sum(case when is_incident and next_success_at is null then 1 else 0 end) as bigint
        ) as open_incident_count,
        cast(
            avg(case when is_incident then noticed_minutes - began_minutes end) as numeric(18, 1)
        ) as mean_minutes_to_detect,
        cast(
            avg(
                case
                    when is_incident and next_success_at is not null
                        then coalesce(span_minutes - began_minutes, {{ minutes_between(
                            'first_failure_at', 'next_success_at'
                        ) }})
                end
            ) as numeric(18, 1)
        ) as mean_minutes_to_repair,
        min(coalesce(success_at, first_failure_at)) as measured_from,
        {{ build_timestamp() }} as measured_until
    from incidents
    group by connection, system
)

select * from final
