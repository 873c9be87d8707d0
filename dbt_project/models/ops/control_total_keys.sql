with

differing as (
    select
        totals.record_key as total_key,
        totals.system,
        totals.stream,
        totals.connection,
        totals.report_grouping,
        totals.period_start_date,
        totals.period_end_date,
        reports.extracted_at as reported_at,
        reports._dlt_load_id as load_id
    from {{ ref('control_totals') }} as totals
    inner join {{ ref('control_totals_records') }} as reports
        on totals.record_key = reports.record_key
    where totals.state = 'differs'
),

memory as (
    select
        *,
        row_number() over (
            partition by system, report_stream, record_key order by noted_at desc
        ) as newest_first,
        lag(amount) over (
            partition by system, report_stream, record_key order by noted_at
        ) as former_amount,
        lag(member_date) over (
            partition by system, report_stream, record_key order by noted_at
        ) as former_date,
        lag(noted_at) over (
            partition by system, report_stream, record_key order by noted_at
        ) as formerly_noted_at
    from {{ ref('control_memory') }}
),

members as (
    select * from {{ ref('control_members') }}
),

suspects as (
    select
        system,
        report_stream,
        connection,
        record_key,
        member_date,
        currency,
        member_grouping,
        amount,
        left_out_as as cause,
        cast(null as timestamp) as after_reading,
        cast(null as text) as load_id
    from members
    where left_out_as is not null
    union all
    select
        system,
        report_stream,
        connection,
        record_key,
        member_date,
        currency,
        member_grouping,
        amount,
        'read after the report' as cause,
        first_seen_at as after_reading,
        load_id
    from members
    where left_out_as is null
    union all
    select
        memory.system,
        memory.report_stream,
        memory.connection,
        memory.record_key,
        memory.member_date,
        memory.currency,
        memory.member_grouping,
        memory.amount,
        'gone from bronze' as cause,
        cast(null as timestamp) as after_reading,
        cast(null as text) as load_id
    from memory
    left join members
        on
            memory.system = members.system
            and memory.report_stream = members.report_stream
            and memory.record_key = members.record_key
    where memory.newest_first = 1 and members.record_key is null
    union all
    select
        system,
        report_stream,
        connection,
        record_key,
        coalesce(former_date, member_date) as member_date,
        currency,
        member_grouping,
        former_amount as amount,
        'changed since an earlier build' as cause,
        cast(null as timestamp) as after_reading,
        cast(null as text) as load_id
    from memory
    where newest_first = 1 and formerly_noted_at is not null
),

final as (
    select
        differing.total_key,
        differing.connection,
        differing.system,
        differing.stream,
        suspects.record_key,
        suspects.cause,
        suspects.currency,
        suspects.amount,
        suspects.member_date
    from differing
    inner join suspects
        on
            differing.system = suspects.system
            and differing.stream = suspects.report_stream
            and differing.connection = suspects.connection
            and coalesce(suspects.member_grouping, '')
            = coalesce(differing.report_grouping, suspects.member_grouping, '')
            and (
                differing.period_start_date is null
                or suspects.member_date
                between differing.period_start_date and differing.period_end_date
            )
            and (
                suspects.after_reading is null
                or (
                    differing.reported_at < suspects.after_reading
                    and differing.load_id <> suspects.load_id
                )
            )
)

select * from final
