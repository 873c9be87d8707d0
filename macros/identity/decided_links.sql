{#
Why: two records that a person called the same are linked, whatever their fields say; so is every
record of a cluster that a person accepted with the oldest one of it.
Args: entity: singular name; numbered: the entity's numbered records; must_match, accepted: the
seeds must_match and accepted_clusters. A select statement for a CTE; the link is stronger than any
evidence.
Usage: decided_links as ({{ decided_links('customer', numbered, ref('must_match'), accepted) }})
#}
{% macro decided_links(entity, numbered, must_match, accepted) %}
    select
        linked_record_number as record_number,
        record_number as linked_record_number,
        'decided' as evidence,
        cast(0 as bigint) as strength,
        min(reason) as reason
    from (
        select
            record_number,
            linked_record_number,
            reason
        from ({{ decided_pairs(entity, numbered, must_match) }}) as pairs
        union all
        select
            first_number as record_number,
            record_number as linked_record_number,
            reason
        from (
            select
                records.record_number,
                min(records.record_number) over (partition by accepted.golden_id) as first_number,
                'accepted as one by ' || accepted.decided_by || ' on ' || accepted.decided_at
                || ': ' || accepted.why as reason
            from {{ accepted }} as accepted
            inner join {{ numbered }} as records on accepted.record_key = records.record_key
            where accepted.entity = '{{ entity }}'
        ) as members
        where record_number <> first_number
    ) as decided
    group by record_number, linked_record_number
{% endmacro %}
