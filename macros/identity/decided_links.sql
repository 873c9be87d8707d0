{#
Why: two records that a person called the same are linked, whatever their fields say.
Args: entity: singular name; numbered: the entity's numbered records; must_match: the seed. A select
statement for a CTE; the link is stronger than any evidence.
Usage: decided_links as ({{ decided_links('customer', numbered, ref('must_match')) }})
#}
{% macro decided_links(entity, numbered, must_match) %}
    select
        linked_record_number as record_number,
        record_number as linked_record_number,
        'decided' as evidence,
        cast(0 as bigint) as strength,
        reason
    from ({{ decided_pairs(entity, numbered, must_match) }}) as pairs
{% endmacro %}
