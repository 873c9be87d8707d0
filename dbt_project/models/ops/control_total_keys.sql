{%- set records = entity_records() %}
{%- set counted = {} %}
{%- for plan in control_plans() %}
    {%- for part in plan.parts if part.entity and part.where %}
        {%- do counted.setdefault(part.entity, []).append(
            "(system = '" ~ plan.system ~ "' and stream = '" ~ part.stream ~ "')"
        ) %}
    {%- endfor %}
{%- endfor %}
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
        lag(member_grouping) over (
            partition by system, report_stream, record_key order by noted_at
        ) as former_grouping,
        lag(noted_at) over (
            partition by system, report_stream, record_key order by noted_at
        ) as formerly_noted_at
    from {{ ref('control_memory') }}
),

members as (
    select * from {{ ref('control_members') }}
),

{# What a part's where leaves out now is still there. #}
held as (
    {%- for entity, conditions in counted.items() %}
    select distinct record_key
    from {{ records[entity] }}
    where {{ conditions | join(' or ') }}
    union all
    {%- endfor %}
    select record_key
    from members
    where false
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
        cast(null as text) as load_id,
        false as is_of_group
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
        load_id,
        false as is_of_group
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
        case when held.record_key is null then 'gone from bronze' else 'no longer counted' end
            as cause,
        cast(null as timestamp) as after_reading,
        cast(null as text) as load_id,
        false as is_of_group
    from memory
    left join members
        on
            memory.system = members.system
            and memory.report_stream = members.report_stream
            and memory.record_key = members.record_key
    left join held on memory.record_key = held.record_key
    where memory.newest_first = 1 and members.record_key is null
    union all
    select
        system,
        report_stream,
        connection,
        record_key,
        coalesce(former_date, member_date) as member_date,
        currency,
        coalesce(former_grouping, member_grouping) as member_grouping,
        former_amount as amount,
        'changed since an earlier build' as cause,
        cast(null as timestamp) as after_reading,
        cast(null as text) as load_id,
        false as is_of_group
    from memory
    where newest_first = 1 and formerly_noted_at is not null
    union all
    {# What changed its group is missing in the one and too much in the other. #}
    select
        system,
        report_stream,
        connection,
        record_key,
        member_date,
        currency,
        member_grouping,
        amount,
        'changed since an earlier build' as cause,
        cast(null as timestamp) as after_reading,
        cast(null as text) as load_id,
        true as is_of_group
    from memory
    where newest_first = 1 and former_grouping <> member_grouping
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
            and (differing.report_grouping is not null or not suspects.is_of_group)
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
