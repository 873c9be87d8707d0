{#
Why: a cluster all of whose records a person looked at and accepted is not shown again.
Args: entity: singular name; groups: relation of record_number and founder_number; numbered: the
entity's numbered records; accepted: the seed accepted_clusters. A select statement for a CTE.
Usage: accepted as ({{ accepted_clusters('customer', ref('customers_groups'), numbered, accepted) }})
Gives golden_id of every such group.
#}
{% macro accepted_clusters(entity, groups, numbered, accepted) %}
    select founders.record_key as golden_id
    from {{ groups }} as grouped
    inner join {{ numbered }} as records on grouped.record_number = records.record_number
    inner join {{ numbered }} as founders on grouped.founder_number = founders.record_number
    left join (
        select distinct
            golden_id,
            record_key
        from {{ accepted }}
        where entity = '{{ entity }}'
    ) as accepted
        on
            founders.record_key = accepted.golden_id
            and records.record_key = accepted.record_key
    group by founders.record_key
    having count(*) = count(accepted.record_key)
{% endmacro %}
