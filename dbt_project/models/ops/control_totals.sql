{%- set plans = control_plans() -%}
{%- set alike -%}
            partition by
                totals.system,
                totals.stream,
                totals.connection,
                totals.report_grouping,
                totals.currency,
                totals.period_start_date,
                totals.period_end_date
{%- endset -%}
with

plans as (
    {%- for plan in plans %}
    select
        '{{ plan.system }}' as system,
        '{{ plan.stream }}' as stream,
        cast({{ plan.tolerance }} as numeric(18, 4)) as tolerance_amount,
        '{{ plan.severity }}' as severity,
        {{ 'true' if plan.is_converted else 'false' }} as is_converted
    {{ 'union all' if not loop.last }}
    {%- else %}
    select
        system,
        stream,
        cast(null as numeric(18, 4)) as tolerance_amount,
        cast(null as text) as severity,
        false as is_converted
    from {{ ref('control_totals_records') }}
    where false
    {%- endfor %}
),

{# A period can be compared when it had ended before its report and its records were read. #}
readings as (
    {%- for plan in plans %}
    select
        '{{ plan.system }}' as system,
        '{{ plan.stream }}' as stream,
        connection,
        min(complete_before_date) as complete_before_date
    from {{ ref('freshness') }}
    where
        system = '{{ plan.system }}'
        and stream in (
            '{{ (plan.parts | map(attribute='stream') | list + [plan.stream]) | join("', '") }}'
        )
    group by connection
    {{ 'union all' if not loop.last }}
    {%- else %}
    select
        system,
        stream,
        connection,
        complete_before_date
    from {{ ref('freshness') }}
    where false
    {%- endfor %}
),

{# Rows of a report under one grouping, e.g. stages of the same name, are compared as one. #}
reported as (
    select
        totals.record_key,
        totals.connection,
        totals.system,
        totals.stream,
        totals.report_grouping,
        totals.currency,
        totals.period_start_date,
        totals.period_end_date,
        sum(totals.record_count) over ({{ alike }}) as record_count,
        sum(totals.amount) over ({{ alike }}) as amount,
        totals.extracted_at as reported_at,
        plans.tolerance_amount,
        plans.severity,
        plans.is_converted,
        coalesce(totals.period_end_date < readings.complete_before_date, true) as is_complete
    from {{ ref('control_totals_records') }} as totals
    inner join plans on totals.system = plans.system and totals.stream = plans.stream
    left join readings
        on
            totals.system = readings.system
            and totals.stream = readings.stream
            and totals.connection = readings.connection
    where totals.verdict <> 'quarantined' and not totals.is_deleted
),

counted as (
    select
        system,
        report_stream,
        connection,
        member_date,
        currency,
        member_grouping,
        sum(member_count) as record_count,
        sum(amount) as amount
    from {{ ref('control_members') }}
    where left_out_as is null
    group by system, report_stream, connection, member_date, currency, member_grouping
),

summed as (
    select
        reported.record_key,
        coalesce(sum(counted.record_count), 0) as computed_count,
        coalesce(sum(counted.amount), 0) as computed_amount,
        max(
            case
                when
                    reported.is_converted
                    and counted.currency <> reported.currency
                    and counted.amount <> 0
                    then 1
                else 0
            end
        ) as has_foreign_amounts
    from reported
    left join counted
        on
            reported.system = counted.system
            and reported.stream = counted.report_stream
            and reported.connection = counted.connection
            and (
                reported.period_start_date is null
                or counted.member_date
                between reported.period_start_date and reported.period_end_date
            )
            and coalesce(counted.member_grouping, '')
            = coalesce(reported.report_grouping, counted.member_grouping, '')
            and (
                reported.is_converted
                or coalesce(counted.currency, '')
                = coalesce(reported.currency, counted.currency, '')
            )
    group by reported.record_key
),

differences as (
    select
        reported.*,
        case when reported.record_count is not null then summed.computed_count end
            as computed_count,
        case
            when reported.amount is not null and summed.has_foreign_amounts = 0
                then summed.computed_amount
        end as computed_amount
    from reported
    inner join summed on reported.record_key = summed.record_key
),

final as (
    select
        record_key,
        connection,
        system,
        stream,
        report_grouping,
        currency,
        case
            when not is_complete then 'open'
            when computed_count <> record_count then 'differs'
            when abs(computed_amount - amount) > tolerance_amount then 'differs'
            when coalesce(computed_count, computed_amount) is null then 'not compared'
            else 'agrees'
        end as state,
        severity,
        cast(record_count as bigint) as reported_count,
        cast(computed_count as bigint) as computed_count,
        cast(computed_count - record_count as bigint) as count_difference,
        amount as reported_amount,
        cast(computed_amount as numeric(18, 4)) as computed_amount,
        cast(computed_amount - amount as numeric(18, 4)) as amount_difference,
        tolerance_amount,
        period_start_date,
        period_end_date,
        reported_at
    from differences
)

select * from final
