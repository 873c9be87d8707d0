{#
Why: how far a column's values are from those of the weeks before: the Jensen-Shannon divergence of
both (Lin 1991; 0 when alike, 1 bit when they share nothing; 0.01 is a population stability index
of about 0.055), and how unlikely so much is by chance: the likelihood ratio of both samples, as a
normal deviate by Wilson and Hilferty's cube root (1931).
Args: counts: relation of distribution_counts. A whole select statement, one row per connection,
entity, stream and field with at least 100 past and 30 recent records.
Usage: {{ score_distributions('counts') }}
#}
{% macro score_distributions(counts) -%}
with totals as (
    select
        connection,
        entity,
        stream,
        field,
        sum(past_count) as past_total,
        sum(recent_count) as recent_total
    from {{ counts }}
    group by connection, entity, stream, field
),

shares as (
    select
        counts.*,
        totals.past_total,
        totals.recent_total,
        1.0 * counts.past_count / totals.past_total as past_share,
        1.0 * counts.recent_count / totals.recent_total as recent_share,
        1.0 * (counts.past_count + counts.recent_count)
        / (totals.past_total + totals.recent_total) as pooled_share
    from {{ counts }} as counts
    inner join totals
        on
            counts.connection = totals.connection
            and counts.entity = totals.entity
            and counts.stream = totals.stream
            and counts.field = totals.field
    where
        totals.past_total >= 100
        and totals.recent_total >= 30
        and counts.past_count + counts.recent_count > 0
),

parts as (
    select
        *,
        (past_share + recent_share) / 2 as mean_share,
        row_number() over (
            partition by connection, entity, stream, field
            order by abs(recent_share - past_share) desc, category
        ) as most_moved_first
    from shares
),

summed as (
    select
        connection,
        system,
        entity,
        stream,
        field,
        max(past_total) as past_total,
        max(recent_total) as recent_total,
        count(*) - 1 as freedom,
        sum(
            case when past_count > 0 then past_share * ln(past_share / mean_share) / 2 else 0 end
            + case
                when recent_count > 0 then recent_share * ln(recent_share / mean_share) / 2
                else 0
            end
        ) / ln(2) as divergence_bits,
        2 * sum(
            case when past_count > 0 then past_count * ln(past_share / pooled_share) else 0 end
            + case
                when recent_count > 0 then recent_count * ln(recent_share / pooled_share)
                else 0
            end
        ) as likelihood_ratio,
        max(case when most_moved_first = 1 then category end) as most_moved,
        max(case when most_moved_first = 1 then 100 * past_share end) as past_pct,
        max(case when most_moved_first = 1 then 100 * recent_share end) as recent_pct
    from parts
    group by connection, system, entity, stream, field
),

scored as (
    select
        *,
        case
            when freedom > 0
                then
                    (
                        power(greatest(likelihood_ratio, 0) / freedom, 1.0 / 3)
                        - (1 - 2.0 / (9 * freedom))
                    ) / sqrt(2.0 / (9 * freedom))
        end as z_score
    from summed
),

final as (
    select
        connection || '/' || entity || '/' || stream || '/' || field as shift_key,
        connection,
        system,
        entity,
        stream,
        field,
        most_moved,
        cast(past_total as bigint) as past_count,
        cast(recent_total as bigint) as recent_count,
        cast(past_pct as numeric(18, 1)) as past_pct,
        cast(recent_pct as numeric(18, 1)) as recent_pct,
        cast(greatest(divergence_bits, 0) as numeric(18, 4)) as divergence_bits,
        z_score,
        coalesce(
            divergence_bits >= {{ var('distribution_shift_bits') }} and z_score >= 3.5, false
        ) as is_shifted
    from scored
)

select * from final
{%- endmacro %}
