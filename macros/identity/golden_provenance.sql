{#
Why: every golden cell says which record it came from, by which rule, and what it won against.
Args: entity: singular name; members, survivors, contests: the entity's relations; decisions: the
seed. A whole select statement for a view, one row per golden thing and filled field; all parts have
the golden id, so that a question about one thing reads little.
Usage: {{ golden_provenance('product', members, survivors, contests, decisions) }}
#}
{% macro golden_provenance(entity, members, survivors, contests, decisions) %}
{%- set units = survival_units(golden_fields(entity, model.name), field_groups(entity)) -%}
{%- set id = entity ~ '_id' -%}
with cells as (
    {%- for unit, names in units.items() %}
    {%- set last_unit = loop.last %}
    {%- for name in names %}
    select
        {{ id }},
        '{{ unit }}' as unit,
        '{{ name }}' as field,
        {{ loop.index0 }} as place,
        cast({{ name }} as text) as golden_value,
        {{ unit }}__record_number as record_number
    from {{ survivors }}
    where {{ name }} is not null
    {{ 'union all' if not (last_unit and loop.last) }}
    {%- endfor %}
    {%- endfor %}
),

losers as (
    {%- for place in range(units.values() | map('length') | max) %}
    select
        {{ id }},
        field as unit,
        {{ place }} as place,
        text_{{ place }} as losing_value,
        record_number,
        field_changed_at,
        place as preference
    from {{ contests }}
    where text_{{ place }} is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

lost as (
    select
        cells.{{ id }},
        cells.field,
        count(distinct losers.losing_value) as losing_count,
        {{ json_array_of(
            'cast(' ~ json_object_of([
                ['value', 'losers.losing_value'],
                ['record_key', 'members.record_key'],
                ['system', 'members.system'],
                ['changed_at', 'cast(losers.field_changed_at as text)'],
            ]) ~ ' as json)', 'losers.preference', 'losers.losing_value is not null'
        ) }} as losing_values
    from cells
    inner join losers
        on
            cells.{{ id }} = losers.{{ id }}
            and cells.unit = losers.unit
            and cells.place = losers.place
            and cells.golden_value <> losers.losing_value
    inner join {{ members }} as members
        on
            losers.{{ id }} = members.{{ id }}
            and losers.record_number = members.record_number
    group by cells.{{ id }}, cells.field
),

settled as (
    select
        {{ id }},
        field,
        rule,
        rule_reason,
        field_changed_at
    from {{ contests }}
    where is_winner
),

decided as (
    {{- decided_cells(entity, members, decisions) }}
),

final as (
    select
        cells.{{ id }},
        cells.field,
        cells.golden_value,
        winners.record_key as winning_record_key,
        winners.system as winning_system,
        case
            when decided.decided_value = cells.golden_value then 'decision'
            else coalesce(settled.rule, 'uncontested')
        end as rule,
        case
            when decided.decided_value = cells.golden_value then {{ decision_reason() }}
            else coalesce(settled.rule_reason, 'no record says otherwise')
        end as rule_reason,
        case
            when cells.record_number is null then decided.decided_at
            else coalesce(settled.field_changed_at, winners.changed_at)
        end as changed_at,
        lost.losing_values,
        1 + coalesce(lost.losing_count, 0) as value_count
    from cells
    left join {{ members }} as winners
        on cells.{{ id }} = winners.{{ id }} and cells.record_number = winners.record_number
    left join settled on cells.{{ id }} = settled.{{ id }} and cells.unit = settled.field
    left join lost on cells.{{ id }} = lost.{{ id }} and cells.field = lost.field
    left join decided
        on cells.{{ id }} = decided.{{ id }} and cells.field = decided.field
)

select * from final
{% endmacro %}
