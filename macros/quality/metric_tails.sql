{#
Why: every count and share becomes one question, how often so few (or so many) of so many: a
negative binomial count of mean m and dispersion 1 / r is binomial_z of r + count trials.
Args: stretches: relation of metric_stretches. A list of CTEs, the last is tails.
A silence is judged as one: what all its days should have held against nothing.
Usage: with {{ metric_tails('stretches') }}
#}
{% macro metric_tails(stretches) -%}
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
    from {{ stretches }}
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
