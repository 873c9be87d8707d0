{#
Why: how sure it is that two records are the same thing, and what to do about it: match, related
(relatives, colleagues), possible (worth a look) or different.
Args: name, plan: see match_pairs; pairs, patterns, term_weights: relations made by match_pairs,
match_patterns, match_term_weights. A whole select statement, one row per compared pair.
Usage: {{ match_scores('person', plan, compared, patterns, term_weights) }}
#}
{% macro match_scores(name, plan, pairs, patterns, term_weights) %}
with weighed as (
    select
        pairs.plan,
        pairs.record_number,
        pairs.linked_record_number,
        pairs.pattern,
        patterns.is_vetoed,
        patterns.related_odds,
        patterns.namesake_odds,
        patterns.match_bits,
        {%- for comparison in plan.comparisons if comparison.frequency is defined %}
        case
            when substr(pairs.pattern, {{ plan.comparisons.index(comparison) + 1 }}, 1) = '1'
                then coalesce(term_weights.{{ comparison.name }}_bits, 0)
            else 0
        end +
        {%- endfor %} 0 as term_bits
    from {{ pairs }} as pairs
    inner join {{ patterns }} as patterns
        on pairs.plan = patterns.plan and pairs.pattern = patterns.pattern
    left join {{ term_weights }} as term_weights
        on pairs.record_number = term_weights.record_number
    where pairs.plan = '{{ name }}'
),

scored as (
    select
        *,
        match_bits + term_bits as match_weight,
        1 / (
            1 + related_odds + (power(2, -match_bits) + namesake_odds) * power(2, -term_bits)
        ) as match_probability
    from weighed
),

final as (
    select
        plan,
        record_number,
        linked_record_number,
        pattern,
        match_weight,
        match_probability,
        match_probability * related_odds as related_probability,
        case
            when is_vetoed and match_probability >= {{ plan.match_above }} then 'related'
            when match_probability >= {{ plan.match_above }} then 'match'
            when match_probability * related_odds >= {{ plan.get('related_above', 0.5) }} then 'related'
            when match_probability >= {{ plan.review_above }} then 'possible'
            else 'different'
        end as match_class
    from scored
)

select * from final
{% endmacro %}
