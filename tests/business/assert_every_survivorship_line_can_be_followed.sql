-- Fails if a line of the survivorship seeds names no field or record that is there, or is doubled.
-- Then something that people wrote is not executed; the row names file and line (see `make check`).
{%- set entities = {'customer': 'customers', 'product': 'products', 'employee': 'employees'} %}
with fields as (
    {%- for entity in entities %}
    {%- set last_entity = loop.last %}
    {%- set units = survival_units(golden_fields(entity, model.name), field_groups(entity)) %}
    {%- for unit in (units | list) + ['*'] %}
    select
        '{{ entity }}' as entity,
        '{{ unit }}' as field
    {{ 'union all' if not (last_entity and loop.last) }}
    {%- endfor %}
    {%- endfor %}
),

known as (
    select * from fields
    union all
    select distinct
        entity,
        '*' as field
    from {{ ref('source_priorities') }}
    where entity not in ('customer', 'product', 'employee')
),

golden as (
    {%- for entity, place in entities.items() %}
    select
        '{{ entity }}' as entity,
        record_key,
        {{ entity }}_id as golden_id
    from {{ ref(place ~ '_xref') }}
    union
    select
        '{{ entity }}' as entity,
        {{ entity }}_id as record_key,
        {{ entity }}_id as golden_id
    from {{ ref(place ~ '_xref') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

rules as (
    select
        'survivorship_rules.csv' as file_name,
        {{ seed_line() }} as line_number,
        entity,
        field,
        count(*) over (partition by entity, field, connection, step) as line_count,
        cast(null as text) as broken_rule
    from {{ ref('survivorship_rules') }}
),

priorities as (
    select
        'source_priorities.csv' as file_name,
        {{ seed_line() }} as line_number,
        entity,
        field,
        count(*) over (partition by entity, field, system, connection) as line_count,
        cast(null as text) as broken_rule
    from {{ ref('source_priorities') }}
),

numbered_decisions as (
    select
        {{ seed_line() }} as line_number,
        *
    from {{ ref('survivorship_decisions') }}
),

decisions as (
    select
        'survivorship_decisions.csv' as file_name,
        listed.line_number,
        listed.entity,
        listed.field,
        1 as line_count,
        case
            when things.golden_id is null then 'no record has the key ' || listed.golden_id
            when listed.record_key is not null and chosen.golden_id is null
                then 'the golden thing has no record ' || listed.record_key
            when listed.record_key is null and listed.value is null
                then 'neither value nor record_key'
        end as broken_rule
    from numbered_decisions as listed
    left join golden as things
        on listed.entity = things.entity and listed.golden_id = things.record_key
    left join golden as chosen
        on
            listed.entity = chosen.entity
            and listed.record_key = chosen.record_key
            and things.golden_id = chosen.golden_id
),

all_lines as (
    select * from rules
    union all
    select * from priorities
    union all
    select * from decisions
),

final as (
    select
        all_lines.file_name,
        all_lines.line_number,
        all_lines.entity,
        all_lines.field,
        case
            when known.field is null then 'no such field or group'
            when all_lines.line_count > 1 then 'said more than once'
            else all_lines.broken_rule
        end as broken_rule
    from all_lines
    left join known on all_lines.entity = known.entity and all_lines.field = known.field
    where
        known.field is null
        or all_lines.line_count > 1
        or all_lines.broken_rule is not null
)

select * from final
