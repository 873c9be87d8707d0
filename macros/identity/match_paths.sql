{#
Why: a record may belong to its golden thing through others; the shortest way to the founding record
says through which and why. A whole select statement, one row per record that is no founder.
Args: id_name: golden id; numbered, groups, links: the entity's relations; links without those cut.
Usage: {{ match_paths('customer_id', numbered, groups, links) }}
Follow previous_record_key from a record to walk to its founding record.
#}
{% macro match_paths(id_name, numbered, groups, links) %}
with hops as (
    {{- hop_counts(links, groups) | indent }}),

sides as (
    select
        record_number,
        linked_record_number as previous_number,
        evidence,
        strength,
        reason
    from {{ links }}
    union all
    select
        linked_record_number as record_number,
        record_number as previous_number,
        evidence,
        strength,
        reason
    from {{ links }}
),

steps as (
    select
        sides.*,
        hops.hop_count,
        row_number() over (
            partition by sides.record_number
            order by sides.strength, sides.previous_number, sides.evidence
        ) as preference
    from sides
    inner join hops on sides.record_number = hops.record_number
    inner join hops as previous_hops on sides.previous_number = previous_hops.record_number
    where previous_hops.hop_count = hops.hop_count - 1
),

final as (
    select
        founders.record_key as {{ id_name }},
        records.record_key,
        steps.hop_count,
        previous_records.record_key as previous_record_key,
        steps.evidence,
        steps.reason
    from steps
    inner join {{ groups }} as grouped on steps.record_number = grouped.record_number
    inner join {{ numbered }} as founders on grouped.founder_number = founders.record_number
    inner join {{ numbered }} as records on steps.record_number = records.record_number
    inner join {{ numbered }} as previous_records
        on steps.previous_number = previous_records.record_number
    where steps.preference = 1
)

select * from final
{% endmacro %}
