{#
Why: two records that a person called different are never in one cluster, also not through others:
as if links were laid strongest first, and none that brings the two together. A whole select
statement of the cut links, smaller number first, with the pair each was cut for.
Args: entity: singular name; links: relation of record_number, linked_record_number, evidence;
numbered: the entity's numbered records; never_match: the seed; weight: SQL of a link, more holds
better; rounds: how many cuts of one cluster may follow from each other before the rest is cut off.
Links that a person decided are never cut.
Usage: {{ cut_clusters('customer', links, numbered, ref('never_match'), 'match_weight') }}
#}
{% macro cut_clusters(entity, links, numbered, never_match, weight, rounds=8) %}
with never_pairs as ({{ decided_pairs(entity, numbered, never_match) }}),

pairs as (
    select
        least(record_number, linked_record_number) as first_number,
        greatest(record_number, linked_record_number) as second_number,
        max({{ weight }}) as weight,
        max(case when evidence = 'decided' then 1 else 0 end) as is_decided,
        cast(1 as bigint) as link_rank
    from {{ links }}
    where exists (select 1 from never_pairs)
    group by
        least(record_number, linked_record_number), greatest(record_number, linked_record_number)
),

never_ends as (
    select record_number as source_number from never_pairs
    union
    select linked_record_number as source_number from never_pairs
),

connected as (
    {{- widest_paths('pairs', 'never_ends') | indent }}),

parted as (
    select
        never_pairs.record_number as first_number,
        never_pairs.linked_record_number as second_number,
        never_pairs.reason
    from never_pairs
    inner join connected
        on
            never_pairs.record_number = connected.source_number
            and never_pairs.linked_record_number = connected.record_number
),

ends as (
    select first_number as source_number from parted
    union
    select second_number as source_number from parted
),

ranked_0 as (
    select
        first_number,
        second_number,
        case
            when is_decided = 1 then 0
            else row_number() over (
                order by is_decided, weight desc, first_number, second_number
            )
        end as link_rank
    from pairs
    where first_number in (
        select connected.record_number
        from connected
        inner join ends on connected.source_number = ends.source_number
    )
),

{% for round in range(1, rounds + 1) %}
{{- cut_round(round) }},

{% endfor %}
{{- cut_off(rounds + 1) }},

final as (
    {%- for round in range(1, rounds + 2) %}
    select
        first_number as record_number,
        second_number as linked_record_number,
        never_number as never_record_number,
        never_other_number as never_linked_record_number,
        reason
    from cut_{{ round }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select * from final
{% endmacro %}
