{#
Why: of an entity whose records are put together field by field, how many cells two connections both
fill, and in how many of these they contradict each other (spelling apart, as in silver.conflicts).
A cell is a golden thing's field, or group of fields, as one connection holds it. Left out are what
compared_as calls nothing and meta.differs_by_system: what each system says for itself (its tags).
Args: entity: singular name; members, contests: the entity's relations. A whole select statement, one
row per connection and field.
Usage: customers as ({{ agreed_cells('customer', ref('customers_members'), ref('customers_contests')) }})
#}
{% macro agreed_cells(entity, members, contests) -%}
{%- set all_units = survival_units(golden_fields(entity, model.name), field_groups(entity)) -%}
{%- set meta = entity_meta(entity) -%}
{%- set own = meta.get('differs_by_system', []) -%}
{%- for unit in own if unit not in all_units -%}
    {{ mapping_error(entity, "meta.differs_by_system: no field or group '" ~ unit ~ "'") }}
{%- endfor -%}
{%- set left_out = own + meta.get('compared_as', {}).get('nothing', []) -%}
{%- set units = {} -%}
{%- for unit, names in all_units.items() if unit not in left_out -%}
    {%- do units.update({unit: names}) -%}
{%- endfor -%}
with living as (
    {{- living_groups(members) }}
),

held as (
    select
        members.founder_number,
        members.connection,
        members.system,
        {%- for unit, names in units.items() %}
        max(case when {{ unit_text(names) }} is null then 0 else 1 end) as {{ unit }}__held
        {{- ',' if not loop.last }}
        {%- endfor %}
    from {{ competing_members(members, 'record_count > 1') }}
    group by members.founder_number, members.connection, members.system
),

beside as (
    select
        *,
        {%- for unit in units %}
        sum({{ unit }}__held) over (partition by founder_number) as {{ unit }}__holders
        {{- ',' if not loop.last }}
        {%- endfor %}
    from held
),

shared as (
    select
        connection,
        system,
        {%- for unit in units %}
        sum(case when {{ unit }}__holders > 1 then {{ unit }}__held else 0 end) as {{ unit }}__shared
        {{- ',' if not loop.last }}
        {%- endfor %}
    from beside
    group by connection, system
),

cells as (
    {%- for unit in units %}
    select
        connection,
        system,
        '{{ unit }}' as field,
        {{ unit }}__shared as shared_count
    from shared
    where {{ unit }}__shared > 0
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

contradictions as (
    select
        contests.{{ entity }}_id as golden_id,
        contests.field,
        losers.connection as losing_connection,
        winners.connection as winning_connection
    from {{ contests }} as contests
    inner join {{ members }} as losers on contests.record_number = losers.record_number
    inner join {{ members }} as winners on contests.winning_record_number = winners.record_number
    where contests.is_different and losers.connection <> winners.connection
),

parties as (
    select
        golden_id,
        field,
        losing_connection as connection
    from contradictions
    union
    select
        golden_id,
        field,
        winning_connection as connection
    from contradictions
),

differing as (
    select
        connection,
        field,
        count(*) as differing_count,
        min(golden_id) as example_golden_id
    from parties
    group by connection, field
)

select
    '{{ entity }}' as entity,
    cells.connection,
    cells.system,
    cells.field,
    cells.shared_count,
    coalesce(differing.differing_count, 0) as differing_count,
    differing.example_golden_id
from cells
left join differing
    on cells.connection = differing.connection and cells.field = differing.field
{%- endmacro %}
