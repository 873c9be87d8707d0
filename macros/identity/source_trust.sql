{#
Why: how much each source is trusted for a field: what people wrote for its connection, then for its
system; for the field, then for all fields. 999 where nobody wrote anything.
Args: entity: singular name; priorities: the seed source_priorities; sources: CTE or relation with
connection and system. Needs the CTE units (field).
Usage: trust as ({{ source_trust('customer', ref('source_priorities'), 'competing') }})
#}
{% macro source_trust(entity, priorities, sources) %}
    select
        units.field,
        sources.connection,
        coalesce(
            {%- for field in ['units.field', "'*'"] %}
            {%- for connection in ['is not null', 'is null'] %}
            min(case
                when priorities.field = {{ field }} and priorities.connection {{ connection }}
                    then priorities.priority
            end),
            {%- endfor %}
            {%- endfor %}
            999
        ) as priority
    from units
    cross join (select distinct connection, system from {{ sources }}) as sources
    left join {{ priorities }} as priorities
        on
            priorities.entity = '{{ entity }}'
            and priorities.field in (units.field, '*')
            and sources.system = priorities.system
            and coalesce(priorities.connection, sources.connection) = sources.connection
    group by units.field, sources.connection
{% endmacro %}
