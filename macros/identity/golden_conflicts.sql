{#
Why: the fields in which records of a golden thing contradict each other, what kind of disagreement
that is, and whether a rule or a person has settled it or it waits.
Args: entity: singular name; members, survivors, contests: the entity's
relations. A whole select statement, one row per golden thing and field or group in disagreement.
Usage: {{ golden_conflicts('product', members, survivors, contests) }}
#}
{% macro golden_conflicts(entity, members, survivors, contests) %}
{%- set fields = golden_fields(entity, model.name) -%}
{%- set units = survival_units(fields, field_groups(entity)) -%}
with unread as (
    select
        founder_number,
        record_number,
        unreadable_values,
        changed_at
    from {{ members }}
    where unreadable_values is not null and not is_deleted
),

unread_fields as (
    {{ json_object_rows('unread', 'unreadable_values') | indent(4) }}
),

beside_golden as (
    select
        unread_fields.record_number,
        unread_fields.member_name,
        unread_fields.member_text,
        unread_fields.changed_at,
        survivors.*
    from unread_fields
    inner join {{ survivors }} as survivors
        on unread_fields.founder_number = survivors.founder_number
),

clashes as (
    {%- for unit, names in units.items() %}
    {%- set texts = [] %}
    {%- for name in names %}{% do texts.append('cast(' ~ name ~ ' as text)') %}{% endfor %}
    select
        {{ entity }}_id as golden_id,
        '{{ unit }}' as field,
        record_number,
        {{ unit }}__record_number as winning_record_number,
        {{ join_texts(texts, ', ') if names | length > 1 else texts[0] }} as golden_value,
        member_text as losing_value,
        changed_at
    from beside_golden
    where
        member_name in ('{{ names | join("', '") }}')
        and {{ unit }}__record_number <> record_number
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

contradictions as (
    select
        losers.{{ entity }}_id as golden_id,
        losers.field,
        losers.record_number,
        losers.winning_record_number,
        winners.value_text as golden_value,
        losers.value_text as losing_value,
        losers.field_changed_at as changed_at,
        winners.field_changed_at as won_at,
        losers.place,
        case
            when losers.is_stale then 'stale_overwrite'
            when losers.is_concurrent then 'concurrent_update'
            else 'disagreement'
        end as kind,
        losers.is_manual and coalesce(losers.field_changed_at > losers.decided_at, true) as is_open,
        losers.rule,
        losers.rule_reason,
        losers.decided_by
    from {{ contests }} as losers
    inner join {{ contests }} as winners
        on
            losers.founder_number = winners.founder_number
            and losers.field = winners.field
            and winners.is_winner
    where losers.is_different
),

differences as (
    select * from contradictions
    union all
    select
        clashes.golden_id,
        clashes.field,
        clashes.record_number,
        clashes.winning_record_number,
        clashes.golden_value,
        clashes.losing_value,
        clashes.changed_at,
        clashes.changed_at as won_at,
        1000000 as place,
        'type_clash' as kind,
        false as is_open,
        'readable_value' as rule,
        'the only values that could be read' as rule_reason,
        cast(null as text) as decided_by
    from clashes
),

gathered as (
    select
        differences.golden_id,
        differences.field,
        min(differences.winning_record_number) as winning_record_number,
        min(differences.golden_value) as golden_value,
        min(case differences.kind
            when 'stale_overwrite' then 1
            when 'concurrent_update' then 2
            when 'disagreement' then 3
            else 4
        end) as gravest,
        max(case when differences.is_open then 1 else 0 end) = 1 as is_open,
        {{ value_at_min('differences.rule', 'differences.place') }} as rule,
        {{ value_at_min('differences.rule_reason', 'differences.place') }} as rule_reason,
        max(differences.decided_by) as decided_by,
        {{ json_array_of(
            'cast(' ~ json_object_of([
                ['value', 'differences.losing_value'],
                ['record_key', 'members.record_key'],
                ['system', 'members.system'],
                ['changed_at', 'cast(differences.changed_at as text)'],
            ]) ~ ' as json)',
            'differences.place, members.record_key', 'differences.losing_value is not null'
        ) }} as losing_values,
        1 + count(distinct differences.losing_value) as value_count,
        min(
            case
                when differences.won_at > differences.changed_at then differences.won_at
                else coalesce(differences.changed_at, differences.won_at)
            end
        ) as since_at
    from differences
    inner join {{ members }} as members
        on differences.record_number = members.record_number
    group by differences.golden_id, differences.field
),

final as (
    select
        '{{ entity }}/' || gathered.golden_id || '/' || gathered.field as conflict_id,
        '{{ entity }}' as entity,
        gathered.golden_id as golden_id,
        gathered.field,
        case gathered.gravest
            when 1 then 'stale_overwrite'
            when 2 then 'concurrent_update'
            when 3 then 'disagreement'
            else 'type_clash'
        end as kind,
        case when gathered.is_open then 'open' else 'resolved' end as state,
        gathered.golden_value,
        winners.record_key as winning_record_key,
        winners.system as winning_system,
        gathered.losing_values,
        gathered.value_count,
        gathered.rule,
        gathered.rule_reason,
        case
            when gathered.is_open then null
            when gathered.rule = 'decision' then gathered.decided_by
            else 'rule ' || gathered.rule
        end as resolved_by,
        gathered.since_at
    from gathered
    left join {{ members }} as winners
        on gathered.winning_record_number = winners.record_number
)

select * from final
{% endmacro %}
