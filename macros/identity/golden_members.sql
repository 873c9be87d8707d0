{#
Why: which golden thing every record is, those in quarantine too: they are in no crosswalk, but keep
their place. A select statement for a CTE.
Args: numbered, groups: the entity's relations.
Usage: members as ({{ golden_members(ref('customers_numbered'), ref('customers_groups')) }})
Gives record_number, record_key, golden_id and first_seen_at.
#}
{% macro golden_members(numbered, groups) %}
    select
        records.record_number,
        records.record_key,
        coalesce(founders.record_key, records.record_key) as golden_id,
        records.first_seen_at
    from {{ numbered }} as records
    left join {{ groups }} as grouped on records.record_number = grouped.record_number
    left join {{ numbered }} as founders on grouped.founder_number = founders.record_number
{% endmacro %}
