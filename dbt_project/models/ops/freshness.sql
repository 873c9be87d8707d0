with

runs as (
    select
        *,
        row_number() over (
            partition by connection, stream order by finished_at desc
        ) as newest_first,
        row_number() over (
            partition by connection, stream, status order by finished_at desc
        ) as newest_of_status_first,
        max(case when status = 'done' then finished_at end) over (
            partition by connection, stream
        ) as last_success_at
    from {{ source('bronze_meta', 'stream_runs') }}
    where status <> 'killed'
),

streams as (
    select
        connection,
        system,
        stream,
        last_success_at,
        max(case when newest_first = 1 then promise_minutes end) as promise_minutes,
        max(case when newest_first = 1 then finished_at end) as last_run_at,
        max(case when newest_first = 1 then status end) as last_run_status,
        max(case when newest_first = 1 then error end) as last_error,
        max(cursor_after) as newest_change_at,
        sum(
            case
                when status = 'failed' and coalesce(finished_at > last_success_at, true) then 1
                else 0
            end
        ) as failed_run_count
    from runs
    group by connection, system, stream, last_success_at
),

{# The vendor's own clock while the last good run read the stream. #}
clocks as (
    select
        runs.connection,
        runs.stream,
        max(requests.server_date) as vendor_read_at
    from runs
    inner join {{ source('bronze_meta', 'requests') }} as requests
        on
            runs.connection = requests.connection
            and runs.stream = requests.stream
            and runs.started_at <= requests.requested_at
            and runs.finished_at >= requests.requested_at
    where runs.status = 'done' and runs.newest_of_status_first = 1
    group by runs.connection, runs.stream
),

measured as (
    select
        streams.*,
        clocks.vendor_read_at,
        {{ minutes_between('streams.last_success_at', build_timestamp()) }} as lag_minutes
    from streams
    left join clocks
        on streams.connection = clocks.connection and streams.stream = clocks.stream
),

final as (
    select
        connection,
        system,
        stream,
        last_run_status,
        last_error,
        cast(promise_minutes as bigint) as promise_minutes,
        cast(lag_minutes as bigint) as lag_minutes,
        cast({{ minutes_between('newest_change_at', 'vendor_read_at') }} as bigint)
            as minutes_since_change,
        cast(failed_run_count as bigint) as failed_run_count,
        coalesce(lag_minutes <= promise_minutes, false) as is_in_promise,
        cast(vendor_read_at as date) as complete_before_date,
        last_run_at,
        last_success_at,
        vendor_read_at,
        newest_change_at
    from measured
)

select * from final
