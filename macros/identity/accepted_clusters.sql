{#
Why: a cluster that a person looked at and accepted is neither cut nor shown again while it has the
same members. A select statement for a CTE.
Args: entity: singular name; groups: relation of record_number and founder_number; numbered: the
entity's numbered records; accepted: the seed accepted_clusters.
Usage: accepted as ({{ accepted_clusters('customer', ref('customers_groups'), numbered, accepted) }})
Gives founder_number, golden_id, member_count, member_hash and is_accepted of every group.
#}
{% macro accepted_clusters(entity, groups, numbered, accepted) %}
    select
        hashed.founder_number,
        hashed.golden_id,
        hashed.member_count,
        hashed.member_hash,
        accepted.decided_by is not null as is_accepted
    from (
        select
            grouped.founder_number,
            min(case when grouped.record_number = grouped.founder_number then records.record_key end)
                as golden_id,
            count(*) as member_count,
            {{ text_hash(texts_in_order('records.record_key', 'records.record_key', ' ')) }}
                as member_hash
        from {{ groups }} as grouped
        inner join {{ numbered }} as records on grouped.record_number = records.record_number
        group by grouped.founder_number
    ) as hashed
    left join (
        select
            golden_id,
            member_hash,
            min(decided_by) as decided_by
        from {{ accepted }}
        where entity = '{{ entity }}'
        group by golden_id, member_hash
    ) as accepted
        on
            hashed.golden_id = accepted.golden_id
            and hashed.member_hash = accepted.member_hash
{% endmacro %}
