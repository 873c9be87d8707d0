{#
Why: a pair of records with the evidence in words, for people and reports.
Args: records, scores, patterns: the entity's relations. A whole select statement: what match_scores
gives, record_key, linked_record_key, levels, weights, reason.
Usage: {{ match_worded_pairs(ref('customers_numbered'), ref('customers_scores'), patterns) }}
#}
{% macro match_worded_pairs(records, scores, patterns) %}
with final as (
    select
        scores.*,
        one.record_key,
        other.record_key as linked_record_key,
        patterns.levels,
        patterns.weights,
        patterns.reason
    from {{ scores }} as scores
    inner join {{ patterns }} as patterns
        on scores.plan = patterns.plan and scores.pattern = patterns.pattern
    inner join {{ records }} as one on scores.record_number = one.record_number
    inner join {{ records }} as other on scores.linked_record_number = other.record_number
)

select * from final
{% endmacro %}
