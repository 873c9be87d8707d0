{#
Why: an id that one system keeps of another system's record says that both are the same thing; it
counts only when exactly one record answers to it. A select statement for a CTE.
Args: entity: name in the rules; numbered: the entity's numbered records; rules: identity_rules.
Usage: external_links as ({{ external_id_links('customer', numbered, rules) }})
#}
{% macro external_id_links(entity, numbered, rules) %}
    select
        keeper.record_number,
        min(kept.record_number) as linked_record_number,
        'external_id' as evidence,
        min(rules.strength) as strength,
        min(rules.reason) as reason
    from {{ numbered }} as keeper
    inner join {{ numbered }} as kept
        on
            keeper.external_system = kept.system
            and {{ last_part('keeper.external_id') }} = {{ last_part('kept.record_id') }}
            and keeper.party = kept.party
    inner join {{ rules }} as rules
        on rules.entity = '{{ entity }}' and rules.evidence = 'external_id'
    where
        keeper.external_id is not null
        and keeper.record_number <> kept.record_number
        and coalesce(keeper.external_stream, kept.stream) = kept.stream
    group by keeper.record_number
    having count(*) = 1
{% endmacro %}
