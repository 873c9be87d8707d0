with versions as (
    select
        *,
        case
            when
                valid_from = lag(valid_to) over (partition by conflict_id order by valid_from)
                then 0
            else 1
        end as begins
    from {{ ref('conflicts_history') }}
),

numbered as (
    select
        *,
        cast(sum(begins) over (
            partition by conflict_id
            order by valid_from
            rows between unbounded preceding and current row
        ) as bigint) as period_number
    from versions
),

periods as (
    select
        conflict_id,
        period_number,
        min(valid_from) as found_at,
        max(case when state = 'open' then valid_to end) as opened_until,
        max(valid_from) as newest_from,
        max(valid_to) as ended_at,
        count(*) as version_count
    from numbered
    group by conflict_id, period_number
),

final as (
    select
        numbered.conflict_id,
        periods.period_number,
        numbered.entity,
        numbered.golden_id,
        numbered.field,
        numbered.kind,
        case
            when periods.ended_at < {{ end_of_time() }} then 'ended' else numbered.state
        end as state,
        numbered.golden_value,
        numbered.winning_record_key,
        numbered.winning_system,
        numbered.losing_values,
        numbered.value_count,
        numbered.rule,
        numbered.rule_reason,
        numbered.resolved_by,
        periods.version_count,
        numbered.since_at,
        periods.found_at,
        case
            when periods.opened_until is null then periods.found_at
            when periods.opened_until < {{ end_of_time() }} then periods.opened_until
        end as resolved_at,
        case when periods.ended_at < {{ end_of_time() }} then periods.ended_at end as ended_at
    from numbered
    inner join periods
        on
            numbered.conflict_id = periods.conflict_id
            and numbered.period_number = periods.period_number
            and numbered.valid_from = periods.newest_from
)

select * from final
