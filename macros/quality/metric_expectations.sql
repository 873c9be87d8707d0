{#
Why: what a day should be like by the days before it, and how far off such guesses are; a single
wild day counts for at most four standard deviations, lest it blinds the eight weeks after it. The
same weekdays are helped by at most half a record (a share: by 30) of all days alike.
Args: sums: relation of score_metrics. A list of CTEs, the last is expectations.
Usage: with {{ metric_expectations('sums') }}
#}
{% macro metric_expectations(sums) -%}
guesses as (
    select
        *,
        case kind
            when 'count'
                then
                    (same_sum + 0.5 * all_sum / (all_days + all_sum))
                    / (same_days + 0.5 * all_days / (all_days + all_sum))
            when 'share'
                then
                    (same_sum + 30 * (all_sum + 0.5) / (all_samples + 1))
                    / (same_samples + 30)
            when 'mean' then all_sum / nullif(all_samples, 0)
        end as expected_value,
        case
            when kind = 'count' then value_sum
            else value_sum / nullif(sample_count, 0)
        end as observed_value,
        case when kind = 'mean' and all_samples > 1 then greatest(
            (all_squares - all_sum * all_sum / all_samples) / (all_samples - 1), 0.000001
        ) end as variance
    from {{ sums }}
    where same_days > 0
),

expectations as (
    select
        *,
        case
            when kind = 'count'
                then
                    least(
                        power(observed_value - expected_value, 2),
                        16 * (expected_value + 0.05 * power(expected_value, 2))
                    ) - expected_value
            when observed_value is null or expected_value is null then 0
            when kind = 'share'
                then least(
                    16,
                    power(observed_value - expected_value, 2) * sample_count
                    / (expected_value * (1 - expected_value))
                )
            when variance is not null
                then least(
                    16, power(observed_value - expected_value, 2) * sample_count / variance
                )
            else 0
        end as squared_error,
        case
            when kind = 'count' then power(expected_value, 2)
            when observed_value is not null and expected_value is not null then 1
            else 0
        end as error_unit
    from guesses
)
{%- endmacro %}
