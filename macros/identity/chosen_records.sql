{#
Why: a document that several systems hold is taken whole from one of them, the most trusted.
Args: entity: name in the priorities; id_name: golden id; numbered, xref: the entity's relations;
priorities: seed. A whole select statement, one row per golden document.
Usage: {{ chosen_records('order', 'order_id', numbered, xref, priorities) }}
#}
{% macro chosen_records(entity, id_name, numbered, xref, priorities) %}
with units as (
    select '*' as field
),

trust as (
    {{- source_trust(entity, priorities, numbered) }}
),

ranked as (
    select
        xref.{{ id_name }},
        numbered.record_key,
        numbered.is_deleted,
        row_number() over (
            partition by xref.{{ id_name }}
            order by
                case when numbered.is_deleted then 1 else 0 end,
                trust.priority,
                numbered.changed_at desc nulls last,
                numbered.record_number
        ) as preference,
        count(*) over (partition by xref.{{ id_name }}) as record_count
    from {{ numbered }} as numbered
    inner join {{ xref }} as xref on numbered.record_key = xref.record_key
    inner join trust on numbered.connection = trust.connection
),

final as (
    select
        {{ id_name }},
        record_key,
        is_deleted,
        record_count
    from ranked
    where preference = 1
)

select * from final
{% endmacro %}
