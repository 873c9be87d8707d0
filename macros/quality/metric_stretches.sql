{#
Why: of few records a day one day says little, a week of them says as much as one day of many; each
day is judged by itself, and together with the days before it.
Args: errors: relation of score_metrics; tested_from: SQL date; lengths: days of each stretch. A list
of CTEs, the last is stretches: one row per series, day and length, with what was expected of it.
Days scatter by themselves, so over a stretch their dispersion shrinks; what the expectations of all
its days are off by together (a level learnt from eight weeks, growth, season) stays.
Usage: with {{ metric_stretches('errors', "date '2026-01-01'", [3, 7]) }}
#}
{% macro metric_stretches(errors, tested_from, lengths) -%}
{%- set kept = ['series_key', 'connection', 'system', 'entity', 'stream', 'metric', 'field', 'code',
    'kind', 'metric_date', 'min_change', 'min_records', 'variance', 'all_samples'] -%}
bounded as (
    select
        *,
        case
            when kind = 'count' then least(greatest(scatter, 0.005), 1) else greatest(scatter, 1)
        end as day_dispersion
    from {{ errors }}
),

summed as (
    select
        *
        {%- for length in lengths %}
        {%- set last_days = 'over (partition by series_key order by metric_date rows between '
            ~ (length - 1) ~ ' preceding and current row)' %},
        count(*) {{ last_days }} as days_{{ length }},
        sum(value_sum) {{ last_days }} as value_sum_{{ length }},
        sum(sample_count) {{ last_days }} as sample_count_{{ length }},
        sum(expected_value) {{ last_days }} as expected_sum_{{ length }},
        sum(power(expected_value, 2)) {{ last_days }} as expected_squares_{{ length }},
        sum(expected_value * sample_count) {{ last_days }} as expected_weight_{{ length }}
        {%- endfor %}
    from bounded
),

judged as (
    select * from summed
    where
        metric_date >= {{ tested_from }}
        and same_days >= 4
        and judged_days >= 14
        and all_sum <> 0
),

stretches as (
    select
        {{ kept | join(',\n        ') }},
        1 as day_count,
        z_limit,
        silent_days,
        value_sum,
        sample_count,
        observed_value,
        case
            when kind = 'count' and value_sum = 0 then missed_value else expected_value
        end as compared_value,
        day_dispersion as dispersion
    from judged
    where kind = 'count' or sample_count >= min_records
    {%- for length in lengths %}
    union all
    select
        {{ kept | join(',\n        ') }},
        {{ length }} as day_count,
        stretch_z_limit as z_limit,
        silent_days,
        value_sum_{{ length }} as value_sum,
        sample_count_{{ length }} as sample_count,
        case
            when kind = 'count' then value_sum_{{ length }}
            else value_sum_{{ length }} / sample_count_{{ length }}
        end as observed_value,
        case
            when kind = 'count' then expected_sum_{{ length }}
            else expected_weight_{{ length }} / sample_count_{{ length }}
        end as compared_value,
        case
            when kind = 'count'
                then
                    least(
                        day_dispersion * expected_squares_{{ length }}
                        / power(expected_sum_{{ length }}, 2)
                        + 0.125 / expected_sum_{{ length }} + 0.01,
                        1
                    )
            else day_dispersion
        end as dispersion
    from judged
    where
        days_{{ length }} = {{ length }}
        and case
            when kind = 'count' then expected_sum_{{ length }} > 0
            else sample_count_{{ length }} >= min_records
        end
    {%- endfor %}
)
{%- endmacro %}
