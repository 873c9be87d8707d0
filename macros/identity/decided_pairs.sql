{#
Why: people name records by their keys, identity works on their numbers; a line whose key no record
has says nothing here and fails a test of its own.
Args: entity: singular name; numbered: the entity's numbered records; decisions: the seed must_match
or never_match. A select statement for a CTE.
Usage: never_pairs as ({{ decided_pairs('customer', numbered, ref('never_match')) }})
#}
{% macro decided_pairs(entity, numbered, decisions) %}
    select
        least(records.record_number, others.record_number) as record_number,
        greatest(records.record_number, others.record_number) as linked_record_number,
        min(
            'decided by ' || decisions.decided_by || ' on ' || decisions.decided_at
            || ': ' || decisions.why
        ) as reason
    from {{ decisions }} as decisions
    inner join {{ numbered }} as records on decisions.record_key = records.record_key
    inner join {{ numbered }} as others on decisions.other_record_key = others.record_key
    where
        decisions.entity = '{{ entity }}'
        and records.record_number <> others.record_number
    group by
        least(records.record_number, others.record_number),
        greatest(records.record_number, others.record_number)
{% endmacro %}
