{#
Why: every count and share becomes one question, how often so few (or so many) of so many: a
negative binomial count of mean m and dispersion 1 / r is binomial_z of r + count trials.
Args: errors: relation of score_metrics; tested_from: SQL date. A list of CTEs, the last is tails.
A silence is judged as one: what all its days should have held against nothing.
Usage: with {{ metric_tails('errors', "date '2026-01-01'") }}
#}
{% macro metric_tails(errors, tested_from) -%}
weighed as (
    select
        *,
        case
            when kind = 'count' and value_sum = 0 then missed_value else expected_value
        end as compared_value,
        case
            when kind = 'count' then least(greatest(scatter, 0.005), 1) else greatest(scatter, 1)
        end as dispersion
    from {{ errors }}
    where
        metric_date >= {{ tested_from }}
        and same_days >= 4
        and judged_days >= 14
        and all_sum <> 0
        and (kind = 'count' or sample_count >= min_records)
),

sided as (
    select
        *,
        case
            when observed_value < compared_value then 0 else 1
        end as is_above,
        case
            when kind = 'mean'
                then
                    (observed_value - compared_value)
                    / sqrt(variance * (dispersion / sample_count + 1 / all_samples))
        end as mean_z,
        case kind
            when 'count' then abs(observed_value - compared_value)
            else sample_count
        end as weight,
        case kind
            when 'count' then abs(observed_value - compared_value) / compared_value
            when 'share' then abs(observed_value - compared_value)
            when 'mean' then exp(abs(observed_value - compared_value)) - 1
        end as change
    from weighed
),

tails as (
    select
        *,
        case kind
            when 'count' then value_sum - is_above
            when 'share' then greatest(
                least(value_sum / dispersion - is_above, sample_count / dispersion - 0.6), 0
            )
        end as successes,
        case kind
            when 'count' then 1 / dispersion + value_sum - is_above
            when 'share' then greatest(sample_count / dispersion, 0.6)
        end as trials,
        case kind
            when 'count' then compared_value * dispersion / (1 + compared_value * dispersion)
            when 'share' then compared_value
        end as chance
    from sided
)
{%- endmacro %}
