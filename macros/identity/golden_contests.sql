{#
Why: where the records of a golden thing differ in a field or group of fields, the rules that people
wrote say which record wins; every record's place and the step that decided are kept.
Args: entity: singular name; members: relation; rules, priorities, decisions: the seeds. A whole
select statement, one row per golden thing, contested field or group, and record with a value.
Usage: {{ golden_contests('product', ref('products_members'), rules, priorities, decisions) }}
#}
{% macro golden_contests(entity, members, rules, priorities, decisions) %}
{%- set fields = golden_fields(entity, model.name) -%}
{%- set units = survival_units(fields, field_groups(entity)) -%}
{%- set compared_as = entity_meta(entity).get('compared_as', {}) -%}
{%- set paths = version_paths(entity, fields) -%}
{%- set width = units.values() | map('length') | max -%}
{%- set words = survivorship_vocabulary() -%}
with living as (
    {{- living_groups(members) }}
),

sources as (
    select distinct
        connection,
        system
    from {{ members }}
),

{{ survivorship_chains(entity, units, rules) }},

trust as (
    {{- source_trust(entity, priorities, 'sources') }}
),

decided as (
    {{- decided_cells(entity, members, decisions) }}
),

spread as (
    select
        members.founder_number,
        {%- for unit, names in units.items() %}
        coalesce(min({{ unit_text(names) }}) <> max({{ unit_text(names) }}), false)
            as {{ unit }}__is_contested{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ competing_members(members, 'record_count > 1') }}
    group by members.founder_number
),

flagged as (
    select
        members.founder_number,
        members.{{ entity }}_id as golden_id,
        members.record_number,
        members.connection,
        members.system,
        members.changed_at,
        coalesce(members.created_at, members.first_seen_at) as record_created_at,
        {%- for name in fields %}
        members.{{ name }},
        {%- endfor %}
        {%- for unit in units %}
        spread.{{ unit }}__is_contested,
        {%- endfor %}
        {{ filled_count(fields) }} as filled_count,
        {{ json_fields('members.field_changed_at', paths.values() | list) }} as change_times,
        {{ json_fields('members.former_values', paths.values() | list) }} as former_lists
    from {{ competing_members(members, 'record_count > 1') }}
    inner join spread on members.founder_number = spread.founder_number
),

entries as (
    {{- contest_entries(units, fields, compared_as, paths, 'flagged') }}
),

own_chains as (
    select
        entries.founder_number,
        entries.field,
        min(entries.connection) as connection
    from entries
    inner join chains
        on entries.field = chains.field and entries.connection = chains.connection
    group by entries.founder_number, entries.field
),

frequencies as (
    {{- value_frequencies('entries', 'chains', width) }}
),

ranked as (
    select
        entries.founder_number,
        entries.field,
        entries.record_number,
        entries.record_changed_at,
        trust.priority,
        coalesce(own_chains.connection, '') as chain_connection,
        coalesce(
            entries.record_number = decided.record_number
            or entries.value_text = decided.decided_value,
            false
        ) as is_decided,
        entries.value_text = 'unknown' as is_unknown,
        {%- for step in words.steps %}
        {{ rule_rank(step) }} as rank_{{ step }}{{ ',' if not loop.last }}
        {%- endfor %}
    from entries
    inner join trust
        on entries.field = trust.field and entries.connection = trust.connection
    left join own_chains
        on
            entries.founder_number = own_chains.founder_number
            and entries.field = own_chains.field
    left join chains
        on
            entries.field = chains.field
            and coalesce(own_chains.connection, '') = chains.connection
    left join frequencies
        on
            entries.field = frequencies.field
            and entries.record_number = frequencies.record_number
    left join decided
        on entries.founder_number = decided.founder_number and entries.field = decided.field
),

placed as (
    select
        *,
        row_number() over (
            partition by founder_number, field
            order by
                case when is_decided then 0 else 1 end,
                case when is_unknown then 1 else 0 end,
                {%- for step in words.steps %}
                rank_{{ step }} nulls last,
                {%- endfor %}
                priority,
                record_changed_at desc nulls last,
                record_number
        ) as place
    from ranked
),

compared as (
    select
        entries.*,
        placed.place,
        placed.chain_connection,
        winners.record_number as winning_record_number,
        case
            when entries.exact_text = winning_entries.exact_text then null
            when placed.is_decided <> winners.is_decided then -1
            when placed.is_unknown <> winners.is_unknown then 0
            {%- for step in words.steps %}
            when (placed.rank_{{ step }} is distinct from winners.rank_{{ step }}) then {{ step }}
            {%- endfor %}
            else {{ words.steps | length + 1 }}
        end as lost_at_step,
        {{ contradiction_flags(width) | indent(8) }}
    from entries
    inner join placed
        on entries.field = placed.field and entries.record_number = placed.record_number
    inner join placed as winners
        on
            placed.founder_number = winners.founder_number
            and placed.field = winners.field
            and winners.place = 1
    inner join entries as winning_entries
        on
            winners.field = winning_entries.field
            and winners.record_number = winning_entries.record_number
),

deciding as (
    select
        founder_number,
        field,
        max(lost_at_step) as deciding_step
    from compared
    group by founder_number, field
),

settled as (
    select
        compared.*,
        deciding.deciding_step,
        {%- for step in words.steps %}
        chains.rule_{{ step }},
        {%- endfor %}
        decided.decided_by,
        decided.decided_at,
        decided.why
    from compared
    inner join deciding
        on
            compared.founder_number = deciding.founder_number
            and compared.field = deciding.field
    left join chains
        on compared.field = chains.field and compared.chain_connection = chains.connection
    left join decided
        on compared.founder_number = decided.founder_number and compared.field = decided.field
),

named as (
    select
        *,
        case
            when deciding_step = -1 then 'decision'
            when deciding_step = 0 then 'known_code'
            {%- for step in words.steps %}
            when deciding_step = {{ step }} then rule_{{ step }}
            {%- endfor %}
            else 'tie_break'
        end as rule
    from settled
),

final as (
    select
        founder_number,
        golden_id as {{ entity }}_id,
        field,
        record_number,
        winning_record_number,
        place,
        value_text,
        {%- for number in range(width) %}
        text_{{ number }},
        {%- endfor %}
        field_changed_at,
        place = 1 as is_winner,
        is_different,
        is_stale,
        is_concurrent,
        coalesce('manual' in (
            {%- for step in words.steps %}rule_{{ step }}{{ ', ' if not loop.last }}
            {%- endfor %}), false) as is_manual,
        rule,
        {{ rule_reason() | indent(8) }} as rule_reason,
        decided_by,
        decided_at
    from named
)

select * from final
{% endmacro %}
