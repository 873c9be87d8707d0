{{ config(materialized='view') }}

{#- A view, so that it tells of the very build that made it: its results are written at its end. -#}
{%- set columns = ['kind', 'subject', 'severity', 'sentence', 'since_at'] -%}
{%- set kinds = {
    'failed_loads': 'a-run-failed',
    'promises': 'a-stream-is-not-read-as-promised',
    'credentials': 'credentials-are-about-to-end',
    'limits': 'what-a-run-will-cost',
    'ledger': 'the-ledger-does-not-balance',
    'totals': 'a-control-total-differs',
    'scores': 'a-quality-score-falls',
    'anomalies': 'a-day-is-an-anomaly',
    'builds': 'a-dbt-test-fails',
} -%}
with

stream_runs as (
    select
        *,
        row_number() over (
            partition by connection, stream order by finished_at desc
        ) as newest_first,
        max(case when status = 'done' then finished_at end) over (
            partition by connection, stream
        ) as last_success_at
    from {{ source('bronze_meta', 'stream_runs') }}
    where status <> 'killed'
),

failing_streams as (
    select
        connection,
        stream,
        min(finished_at) as since_at,
        max(case when newest_first = 1 then {{ failure_summary('error') }} end) as cause
    from stream_runs
    where status = 'failed' and coalesce(finished_at > last_success_at, true)
    group by connection, stream
),

failed_loads as (
    select
        'failed_load' as kind,
        connection as subject,
        'error' as severity,
        connection || ': ' || cast(count(*) as text) || ' of its streams failed, '
        || min(stream) || ' among them: ' || min(cause) as sentence,
        min(since_at) as since_at
    from failing_streams
    group by connection
),

promises as (
    select
        'promise' as kind,
        connection as subject,
        'error' as severity,
        connection || ': not read within the promised ' || cast(max(promise_minutes) as text)
        || ' minutes: ' || cast(count(*) as text) || ' of its streams, ' || min(stream)
        || ' among them' as sentence,
        min(
            coalesce(
                {{ timestamp_from_epoch(
                    'cast(' ~ epoch_microseconds('last_success_at')
                    ~ ' / 1000 + promise_minutes * 60000 as bigint)'
                ) }},
                last_run_at
            )
        ) as since_at
    from {{ ref('freshness') }}
    where not is_in_promise
    group by connection
),

noted_credentials as (
    select
        *,
        row_number() over (partition by connection order by noted_at desc) as newest_first
    from {{ source('bronze_meta', 'credentials') }}
),

credentials as (
    select
        'credentials' as kind,
        connection as subject,
        case
            when expires_at <= {{ build_timestamp() }} then 'error'
            else 'warning'
        end as severity,
        connection || ': its credentials end on ' || cast(cast(expires_at as date) as text)
            as sentence,
        noted_at as since_at
    from noted_credentials
    where
        newest_first = 1
        and {{ days_between(build_timestamp(), 'expires_at') }}
        <= {{ var('alert_credential_days') }}
),

noted_limits as (
    select
        *,
        rank() over (partition by connection order by noted_at desc) as newest_first
    from {{ source('bronze_meta', 'daily_limits') }}
),

{# Requests of the last day, numbered within the limit that they count against. #}
limited_requests as (
    select
        limits.system || '/' || limits.account || coalesce(' ' || nullif(limits.limit_name, ''), '')
            as subject,
        limits.quote,
        limits.most,
        requests.requested_at,
        row_number() over (
            partition by limits.system, limits.account, limits.limit_name
            order by requests.requested_at
        ) as request_number
    from noted_limits as limits
    inner join {{ source('bronze_meta', 'requests') }} as requests
        on
            limits.connection = requests.connection
            and limits.limit_name in ('', coalesce(requests.limit_name, ''))
    where
        limits.newest_first = 1
        and requests.status is not null
        and {{ minutes_between('requests.requested_at', build_timestamp()) }} <= 1440
),

limits as (
    select
        'daily_limit' as kind,
        subject,
        'warning' as severity,
        subject || ': ' || cast(max(request_number) as text) || ' of '
        || cast(max(most) as text) || ' requests a day are used up (' || max(quote) || ')'
            as sentence,
        min(requested_at) as since_at
    from limited_requests
    where request_number >= most * {{ var('alert_limit_pct') }} / 100.0
    group by subject
),

mentions as (
    select
        results.node_name,
        results.node_kind,
        results.status,
        runs.started_at,
        coalesce(results.status in ('fail', 'error'), false) as is_failing,
        max(runs.started_at) over (partition by results.node_id) as mentioned_at,
        max(
            case
                when results.status not in ('fail', 'error', 'skipped') then runs.started_at
            end
        ) over (partition by results.node_id) as last_good_at
    from {{ ref('run_results') }} as results
    inner join {{ ref('run_history') }} as runs on results.invocation_id = runs.invocation_id
),

sized_runs as (
    select
        *,
        max(node_count) over () as largest_node_count
    from {{ ref('run_history') }}
),

{# A build of at least half as many nodes as the largest: what it does not mention is gone. #}
whole_builds as (
    select max(started_at) as started_at
    from sized_runs
    where command = 'build' and node_count * 2 >= largest_node_count
),

failing_nodes as (
    select
        mentions.node_name,
        max(mentions.node_kind) as node_kind,
        min(mentions.started_at) as since_at
    from mentions
    cross join whole_builds
    where
        mentions.is_failing
        and mentions.started_at > coalesce(mentions.last_good_at, cast('1970-01-01' as timestamp))
        and mentions.mentioned_at >= coalesce(whole_builds.started_at, mentions.mentioned_at)
    group by mentions.node_name
),

{# Tests whose finding is an alert of its own. #}
builds as (
    select
        'dbt_failure' as kind,
        node_name as subject,
        'error' as severity,
        'dbt: the ' || replace(node_kind, '_', ' ') || ' ' || node_name || ' failed' as sentence,
        since_at
    from failing_nodes
    where node_name not in ('assert_the_ledger_balances', 'assert_control_totals_agree')
),

ledger as (
    select
        'ledger' as kind,
        ledger.equation || ' of ' || ledger.connection as subject,
        'error' as severity,
        ledger.connection || ': the ledger''s equation ' || ledger.equation || ' is off by '
        || cast(sum(abs(ledger.difference)) as text) || ' (' || min(ledger.stream)
        || ' among its streams); ops.ledger_keys names the records' as sentence,
        coalesce(min(failing_nodes.since_at), {{ build_timestamp() }}) as since_at
    from {{ ref('record_ledger') }} as ledger
    left join failing_nodes on failing_nodes.node_name = 'assert_the_ledger_balances'
    where ledger.difference <> 0
    group by ledger.equation, ledger.connection
),

totals as (
    select
        'control_total' as kind,
        connection || '/' || stream as subject,
        case
            when max(case when severity = 'error' then 1 else 0 end) = 1 then 'error'
            else 'warning'
        end as severity,
        connection || ': figures of the report ' || stream || ' that differ from our records: '
        || cast(count(*) as text) || '; ops.control_total_keys names what may explain it'
            as sentence,
        min(reported_at) as since_at
    from {{ ref('control_totals') }}
    where state = 'differs'
    group by connection, stream
),

earlier_scores as (
    select
        score_key,
        quality_score,
        valid_to,
        row_number() over (
            partition by score_key order by quality_score desc, valid_to desc
        ) as best_first
    from {{ ref('quality_scores_history') }}
    where cast(valid_to as date) > {{ days_before(as_of_date(), var('alert_score_days')) }}
),

scores as (
    select
        'quality_score' as kind,
        scores.score_key as subject,
        'warning' as severity,
        scores.connection || ': the quality of its ' || replace(scores.entity, '_', ' ')
        || ' records fell from ' || cast(earlier_scores.quality_score as text) || ' to '
        || cast(scores.quality_score as text) as sentence,
        least(earlier_scores.valid_to, {{ as_of_timestamp() }}) as since_at
    from {{ ref('quality_scores') }} as scores
    inner join earlier_scores on scores.score_key = earlier_scores.score_key
    where
        earlier_scores.best_first = 1
        and earlier_scores.quality_score - scores.quality_score >= {{ var('alert_score_drop') }}
),

anomalous_days as (
    select
        connection || '/' || stream || ' (' || entity || ') ' || case
            when metric like '%_count' then 'records'
            else replace(metric, '_', ' ') || coalesce(' of ' || field, '')
        end as subject,
        reason,
        metric_date,
        z_score
    from {{ ref('anomalies') }}
),

ranked_days as (
    select
        *,
        row_number() over (
            partition by subject order by abs(z_score) desc, metric_date asc, reason asc
        ) as oddest_first
    from anomalous_days
),

anomalies as (
    select
        'anomaly' as kind,
        subject,
        'warning' as severity,
        max(
            case
                when oddest_first = 1 then reason || ', on ' || cast(metric_date as text)
            end
        ) || case
            when count(*) > 1 then ', and ' || cast(count(*) - 1 as text) || ' more of its kind'
            else ''
        end as sentence,
        cast(min(metric_date) as timestamp) as since_at
    from ranked_days
    group by subject
),

problems as (
    {%- for name, anchor in kinds.items() %}
    select
        {{ columns | join(',\n        ') }},
        '{{ anchor }}' as anchor
    from {{ name }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

final as (
    select
        kind || ': ' || subject as alert_key,
        kind,
        subject,
        severity,
        sentence,
        '{{ var("runbook_url") }}#' || anchor as runbook_link,
        since_at
    from problems
)

select * from final
