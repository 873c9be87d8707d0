{#
Why: an id that was given out stays good: whatever ever was a golden id, and every record key, leads
to the golden id of today. A whole select statement.
Args: id_name: golden id; numbered, groups: the entity's relations; changes: relation of membership
changes.
Usage: {{ golden_ids('customer_id', numbered, groups, ref('customers_changes')) }}
#}
{% macro golden_ids(id_name, numbered, groups, changes) %}
with members as ({{ golden_members(numbered, groups) }}),

former as (
    select
        former_{{ id_name }} as known_id,
        max(noticed_at) as replaced_at
    from {{ changes }}
    where former_{{ id_name }} is not null
    group by former_{{ id_name }}
),

{# An id whose record is gone leads to where the records are that it last stood for. -#}
left_behind as (
    select
        former.known_id,
        former.replaced_at,
        members.golden_id,
        row_number() over (
            partition by former.known_id
            order by
                case when members.record_key is null then 1 else 0 end,
                members.first_seen_at,
                members.record_key
        ) as preference
    from former
    inner join {{ changes }} as changes
        on
            former.known_id = changes.former_{{ id_name }}
            and former.replaced_at = changes.noticed_at
    left join members on changes.record_key = members.record_key
    left join members as alive on former.known_id = alive.record_key
    where alive.record_key is null
),

final as (
    select
        members.record_key as known_id,
        members.golden_id as {{ id_name }},
        case
            when members.record_key = members.golden_id then 'golden id'
            when former.known_id is not null then 'former golden id'
            else 'record'
        end as id_kind,
        case when members.record_key <> members.golden_id then former.replaced_at end as replaced_at
    from members
    left join former on members.record_key = former.known_id
    union all
    select
        known_id,
        golden_id as {{ id_name }},
        'former golden id' as id_kind,
        replaced_at
    from left_behind
    where preference = 1
)

select * from final
{% endmacro %}
