with deals as (
    select
        coalesce(pipeline, 'default') as pipeline_name,
        coalesce(stage, 'unknown') as stage_name,
        status,
        reporting_amount,
        weighted_reporting_amount,
        expected_close_date,
        {{ days_between('created_at', 'coalesce(closed_at, ' ~ as_of_timestamp() ~ ')') }}
            as age_days
    from {{ ref('deals') }}
    where not coalesce(is_test, false)
),

pipelines as (
    select
        pipeline_name,
        sum(case when status = 'won' then 1 else 0 end) as won_count,
        sum(case when status = 'lost' then 1 else 0 end) as lost_count
    from deals
    group by pipeline_name
),

stages as (
    select
        pipeline_name,
        stage_name,
        status,
        count(*) as deal_count,
        sum(coalesce(reporting_amount, 0)) as deal_amount,
        sum(case when status = 'open' then coalesce(weighted_reporting_amount, 0) else 0 end)
            as weighted_amount,
        avg(age_days) as average_age_days,
        sum(
            case when status = 'open' and expected_close_date < {{ as_of_date() }} then 1 else 0 end
        ) as overdue_count
    from deals
    group by pipeline_name, stage_name, status
),

final as (
    select
        stages.pipeline_name,
        stages.stage_name,
        stages.status,
        '{{ var('reporting_currency') }}' as currency,
        cast(stages.deal_count as bigint) as deal_count,
        cast(stages.deal_amount as numeric(18, 2)) as deal_amount,
        cast(round(stages.weighted_amount, 2) as numeric(18, 2)) as weighted_amount,
        cast(round(stages.average_age_days, 1) as numeric(18, 1)) as average_age_days,
        cast(stages.overdue_count as bigint) as overdue_count,
        cast(pipelines.won_count as bigint) as pipeline_won_count,
        cast(pipelines.lost_count as bigint) as pipeline_lost_count,
        cast(
            case
                when pipelines.won_count + pipelines.lost_count > 0
                    then
                        round(
                            100.0 * pipelines.won_count
                            / (pipelines.won_count + pipelines.lost_count), 2
                        )
            end as numeric(18, 2)
        ) as pipeline_win_rate_pct
    from stages
    inner join pipelines on stages.pipeline_name = pipelines.pipeline_name
)

select * from final
