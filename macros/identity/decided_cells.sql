{#
Why: what a person decided about a golden cell: a value, or the record to take it from. The newest
decision counts; the golden id may be any record key of the thing.
Args: entity: singular name; members: relation; decisions: the seed survivorship_decisions. A select
statement for a CTE.
Usage: decided as ({{ decided_cells('customer', members, ref('survivorship_decisions')) }})
#}
{% macro decided_cells(entity, members, decisions) %}
    select
        {{ entity }}_id,
        founder_number,
        field,
        decided_value,
        record_number,
        decided_by,
        decided_at,
        why
    from (
        select
            golden.{{ entity }}_id,
            golden.founder_number,
            decisions.field,
            decisions.value as decided_value,
            chosen.record_number,
            decisions.decided_by,
            decisions.decided_at,
            decisions.why,
            row_number() over (
                partition by golden.founder_number, decisions.field
                order by decisions.decided_at desc, decisions.value, decisions.record_key
            ) as recency
        from {{ decisions }} as decisions
        inner join (
            select
                record_key as known_as,
                founder_number,
                {{ entity }}_id
            from {{ members }}
            union
            select
                {{ entity }}_id as known_as,
                founder_number,
                {{ entity }}_id
            from {{ members }}
        ) as golden on decisions.golden_id = golden.known_as
        left join {{ members }} as chosen
            on
                decisions.record_key = chosen.record_key
                and golden.founder_number = chosen.founder_number
        where decisions.entity = '{{ entity }}'
    ) as dated
    where recency = 1
{% endmacro %}
