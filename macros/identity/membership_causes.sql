{#
Why: what put two golden things together, and which decision keeps two apart. CTEs bridges (per
former golden id) and partings (per pair of golden ids) over known, seen and moved.
Args: entity: singular name; numbered, links, never_match: the entity's relations.
Usage: {{ membership_causes('customer', numbered, links, never_match) }}
#}
{% macro membership_causes(entity, numbered, links, never_match) -%}
sides as (
    select
        record_number,
        linked_record_number as other_number,
        evidence,
        strength,
        reason
    from {{ links }}
    union all
    select
        linked_record_number as record_number,
        record_number as other_number,
        evidence,
        strength,
        reason
    from {{ links }}
),

bridges as (
    select
        golden_id,
        reason,
        is_decided
    from (
        select
            known.golden_id,
            sides.reason || ': ' || seen.record_key || ' and ' || others.record_key as reason,
            sides.evidence = 'decided' as is_decided,
            row_number() over (
                partition by known.golden_id
                order by sides.strength, seen.record_number, others.record_number
            ) as preference
        from known
        inner join (
            select distinct former_golden_id
            from moved
            where change = 'merged'
        ) as merged on known.golden_id = merged.former_golden_id
        inner join seen on known.record_key = seen.record_key
        inner join sides on seen.record_number = sides.record_number
        inner join seen as others
            on
                sides.other_number = others.record_number
                and seen.golden_id = others.golden_id
        left join known as known_others on others.record_key = known_others.record_key
        where known.golden_id <> coalesce(known_others.golden_id, '')
    ) as ranked
    where preference = 1
),

never_pairs as ({{ decided_pairs(entity, numbered, never_match) }}),

partings as (
    select
        one_id,
        other_id,
        min(reason) as reason
    from (
        select
            ones.golden_id as one_id,
            others.golden_id as other_id,
            never_pairs.reason
        from never_pairs
        inner join seen as ones on never_pairs.record_number = ones.record_number
        inner join seen as others on never_pairs.linked_record_number = others.record_number
        union all
        select
            others.golden_id as one_id,
            ones.golden_id as other_id,
            never_pairs.reason
        from never_pairs
        inner join seen as ones on never_pairs.record_number = ones.record_number
        inner join seen as others on never_pairs.linked_record_number = others.record_number
    ) as both_ways
    group by one_id, other_id
)
{%- endmacro %}
