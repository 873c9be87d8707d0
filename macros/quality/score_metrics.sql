{#
Why: says of each watched figure and complete day how unusual it is, judged by earlier days only:
counts as counts (negative binomial), shares as shares of so many records, amounts by the mean of
their logarithms; each against the same weekday before, with the scatter of its own past errors,
by itself and together with the two and the six days before it.
Args: metrics, coverage, rules: relations of daily_metrics, of (connection, stream,
complete_before_date) and of the seed anomaly_rules; first_day, as_of_day: SQL dates, no columns;
tested_from: SQL date, the first day that is judged. A whole select statement.
Usage: {{ score_metrics(ref('daily_metrics'), ref('freshness'), ref('anomaly_rules'), …) }}
#}
{% macro score_metrics(metrics, coverage, rules, first_day, as_of_day, tested_from) -%}
{%- set before = 'order by metric_date rows between 56 preceding and 1 preceding' -%}
with

{{ metric_calendar(metrics, coverage, rules, first_day, as_of_day) }},

sums as (
    select
        *,
        {%- for name, values in [
            ('sum', 'value_sum'), ('samples', 'sample_count'), ('squares', 'value_square_sum')
        ] %}
        sum({{ values }}) over (partition by series_key {{ before }}) as all_{{ name }},
        sum({{ values }}) over (
            partition by series_key, weekday
            order by metric_date rows between 8 preceding and 1 preceding
        ) as same_{{ name }},
        {%- endfor %}
        count(*) over (partition by series_key {{ before }}) as all_days,
        count(*) over (
            partition by series_key, weekday
            order by metric_date rows between 8 preceding and 1 preceding
        ) as same_days,
        sum(case when value_sum > 0 then 1 else 0 end) over (
            partition by series_key order by metric_date rows unbounded preceding
        ) as silence_number
    from calendar
),

{{ metric_expectations('sums') }},

errors as (
    select
        *,
        sum(squared_error) over (partition by series_key {{ before }})
        / nullif(sum(error_unit) over (partition by series_key {{ before }}), 0) as scatter,
        sum(case when error_unit > 0 then 1 else 0 end) over (
            partition by series_key {{ before }}
        ) as judged_days,
        sum(case when value_sum = 0 then expected_value else 0 end) over (
            partition by series_key, silence_number
            order by metric_date rows unbounded preceding
        ) as missed_value,
        sum(case when value_sum = 0 then 1 else 0 end) over (
            partition by series_key, silence_number
            order by metric_date rows unbounded preceding
        ) as silent_days
    from expectations
),

{{ metric_stretches('errors', tested_from, [3, 7]) }},

{{ metric_tails('stretches') }},

scored as (
    select
        *,
        case
            when kind = 'mean' then mean_z
            else {{ binomial_z('successes', 'trials', 'chance') }}
        end as z_score
    from tails
),

final as (
    select
        connection,
        system,
        entity,
        stream,
        metric,
        field,
        code,
        metric_date,
        day_count,
        sample_count,
        case
            when kind = 'mean' then exp(observed_value) else observed_value
        end as observed_value,
        case
            when kind = 'mean' then exp(compared_value) else compared_value
        end as expected_value,
        cast(case when kind = 'count' and day_count = 1 then silent_days else 0 end as bigint)
            as silent_days,
        z_score,
        abs(z_score) >= z_limit and change >= min_change and weight >= min_records as is_anomaly
    from scored
)

select * from final
{%- endmacro %}
