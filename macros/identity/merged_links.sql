{#
Why: a system that merged or converted a record into another one has decided that they are the same.
A select statement for a CTE.
Args: entity: name in the rules; numbered: the entity's numbered records; rules: identity_rules.
Usage: merged_links as ({{ merged_links('customer', numbered, rules) }})
#}
{% macro merged_links(entity, numbered, rules) %}
    select
        merged.record_number,
        survivor.record_number as linked_record_number,
        'merged_record' as evidence,
        rules.strength,
        rules.reason
    from {{ numbered }} as merged
    inner join {{ numbered }} as survivor
        on {{ reference_key('merged', 'merged_into') }} = survivor.record_key
    inner join {{ rules }} as rules
        on rules.entity = '{{ entity }}' and rules.evidence = 'merged_record'
    where
        merged.record_number <> survivor.record_number
        and merged.party = survivor.party
{% endmacro %}
