{#
Why: golden ids are relied upon outside of the warehouse, so every change of who belongs to which is
kept with its reason and cause. A whole select statement of what changed since the history's end.
Args: entity: singular name; id_name: golden id; relations: {records, numbered, groups,
links, xref, never_match} of the entity; history: this model as built before, or none; noticed_at: SQL.
Usage: {{ membership_changes('customer', 'customer_id', relations, history, build_timestamp()) }}
#}
{% macro membership_changes(entity, id_name, relations, history, noticed_at) %}
with known as (
    {{- known_memberships(id_name, history) }}),

members as ({{ golden_members(relations.numbered, relations.groups) }}),

seen as (
    select
        members.record_key,
        members.golden_id,
        members.record_number,
        coalesce(xref.match_reason, 'in quarantine when it was first seen') as match_reason,
        records.extracted_at,
        records._dlt_load_id
    from members
    inner join {{ relations.records }} as records on members.record_key = records.record_key
    left join {{ relations.xref }} as xref on members.record_key = xref.record_key
),

moved as (
    select
        coalesce(seen.record_key, known.record_key) as record_key,
        known.golden_id as former_golden_id,
        seen.golden_id,
        founders.golden_id as founders_golden_id,
        seen.match_reason,
        seen._dlt_load_id,
        known.reason as former_reason,
        case
            when known.record_key is null and seen.record_key = seen.golden_id then 'founded'
            when known.record_key is null then 'joined'
            when seen.record_key is null then 'removed'
            when founders.record_key is null then 'renamed'
            when founders.golden_id = seen.golden_id then 'merged'
            when former.golden_id is not null then 'left'
            else 'split'
        end as change
    from known
    full outer join seen on known.record_key = seen.record_key
    left join seen as founders on known.golden_id = founders.record_key
    left join (select distinct golden_id from known) as former on seen.golden_id = former.golden_id
    where coalesce(known.golden_id, '') <> coalesce(seen.golden_id, '')
),

{{ membership_causes(entity, relations.numbered, relations.links, relations.never_match) }},

horizon as (
    {%- if history is none %}
    select cast('0001-01-01' as timestamp) as extracted_until
    {%- else %}
    select coalesce(max(extracted_until), cast('0001-01-01' as timestamp)) as extracted_until
    from {{ history }}
    {%- endif %}
),

loads as (
    select
        seen.golden_id,
        max(seen.extracted_at) as extracted_at,
        max(seen._dlt_load_id) as load_id
    from seen
    cross join horizon
    where seen.extracted_at > horizon.extracted_until
    group by seen.golden_id
),

explained as (
    select
        moved.record_key,
        moved.change,
        moved.former_golden_id,
        moved.golden_id,
        case
            when moved.change in ('founded', 'joined') then moved.match_reason
            when moved.change = 'removed' then 'the record is gone from the warehouse'
            when moved.change = 'renamed' then 'the founding record is gone from the warehouse'
            when moved.change = 'merged' then coalesce(bridges.reason, moved.match_reason)
            else coalesce(
                partings.reason, 'what held it is gone (' || moved.former_reason || ')'
            ) || case when moved.change = 'left' then '; now ' || moved.match_reason else '' end
        end as reason,
        case
            when moved.change = 'merged' and bridges.is_decided then 'decision'
            when moved.change = 'joined' and moved.match_reason like 'decided by %' then 'decision'
            when moved.change in ('split', 'left') and partings.reason is not null
                then 'decision'
            when moved.change in ('removed', 'renamed') then 'removal'
            when moved.change in ('founded', 'joined') then 'load'
            when coalesce(loads.load_id, former_loads.load_id) is not null then 'load'
            else 'rules'
        end as cause,
        case
            when moved.change in ('founded', 'joined') then moved._dlt_load_id
            when coalesce(former_loads.extracted_at, cast('0001-01-01' as timestamp))
                > coalesce(loads.extracted_at, cast('0001-01-01' as timestamp))
                then former_loads.load_id
            else loads.load_id
        end as load_id
    from moved
    left join bridges on moved.former_golden_id = bridges.golden_id
    left join partings
        on moved.golden_id = partings.one_id and moved.founders_golden_id = partings.other_id
    left join loads on moved.golden_id = loads.golden_id
    left join loads as former_loads
        on coalesce(moved.founders_golden_id, moved.former_golden_id) = former_loads.golden_id
),

final as (
    select
        record_key,
        change,
        former_golden_id as former_{{ id_name }},
        golden_id as {{ id_name }},
        reason,
        cause,
        case when cause = 'load' then load_id end as load_id,
        {{ noticed_at }} as noticed_at,
        (select max(extracted_at) from seen) as extracted_until
    from explained
)

select * from final
{% endmacro %}
