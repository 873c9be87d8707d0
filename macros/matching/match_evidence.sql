{#
Why: the matches that hold are links like any other evidence; more bits, a stronger link.
Args: matches, scores, patterns: the entity's relations. A select statement for a CTE: record_number,
linked_record_number, evidence, strength, reason.
Usage: matches as ({{ match_evidence(ref('customers_matches'), scores, patterns) }})
#}
{% macro match_evidence(matches, scores, patterns) %}
    select
        scores.linked_record_number as record_number,
        scores.record_number as linked_record_number,
        'match' as evidence,
        cast(1000 - 10 * least(scores.match_weight, 90) as bigint) as strength,
        patterns.reason
    from {{ matches }} as matches
    inner join {{ scores }} as scores
        on
            matches.record_number = scores.record_number
            and matches.linked_record_number = scores.linked_record_number
    inner join {{ patterns }} as patterns
        on scores.plan = patterns.plan and scores.pattern = patterns.pattern
    where matches.is_kept
{% endmacro %}
