{#
Why: what no rule can decide a person decides, the most valuable first: pairs of golden things that
may be one, and golden things that hold two records together which look like two.
Args: entity: singular name; id_name: golden id; relations: {records, numbered, groups, pairs, xref,
must_match, never_match, accepted_clusters}; stakes: relation of golden id and amount.
A whole select statement, one row per pair of golden things or golden thing in doubt.
Usage: {{ review_queue('customer', 'customer_id', relations, 'stakes') }}
#}
{% macro review_queue(entity, id_name, relations, stakes) %}
with compared as (
    select
        least(pairs.record_number, pairs.linked_record_number) as record_number,
        greatest(pairs.record_number, pairs.linked_record_number) as linked_record_number,
        pairs.match_class,
        pairs.match_weight,
        pairs.match_probability,
        pairs.reason
    from {{ relations.pairs }} as pairs
    where pairs.match_class in ('possible', 'related', 'different')
),

paired as (
    select
        compared.*,
        ones.record_key,
        others.record_key as other_record_key,
        ones.{{ id_name }},
        others.{{ id_name }} as other_{{ id_name }},
        case
            when ones.{{ id_name }} <> others.{{ id_name }} and compared.match_class = 'possible'
                then 'pair'
            when ones.{{ id_name }} = others.{{ id_name }} and compared.match_class <> 'possible'
                then 'cluster'
        end as kind,
        least(ones.{{ id_name }}, others.{{ id_name }}) || ' '
        || greatest(ones.{{ id_name }}, others.{{ id_name }}) as question
    from compared
    inner join {{ relations.numbered }} as numbered
        on compared.record_number = numbered.record_number
    inner join {{ relations.numbered }} as other_numbered
        on compared.linked_record_number = other_numbered.record_number
    inner join {{ relations.xref }} as ones on numbered.record_key = ones.record_key
    inner join {{ relations.xref }} as others on other_numbered.record_key = others.record_key
),

decided as (
    {%- for seed in [relations.must_match, relations.never_match] %}
    {%- set kind = 'cluster' if loop.first else 'pair' %}
    select distinct
        '{{ kind }}' as kind,
        least(ones.{{ id_name }}, others.{{ id_name }}) || ' '
        || greatest(ones.{{ id_name }}, others.{{ id_name }}) as question
    from {{ seed }} as decisions
    inner join {{ relations.xref }} as ones on decisions.record_key = ones.record_key
    inner join {{ relations.xref }} as others on decisions.other_record_key = others.record_key
    where decisions.entity = '{{ entity }}'
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

accepted as ({{ accepted_clusters(
    entity, relations.groups, relations.numbered, relations.accepted_clusters
) }}),

worst as (
    select
        paired.*,
        row_number() over (
            partition by paired.kind, paired.question
            order by
                case when paired.kind = 'pair' then - paired.match_weight else paired.match_weight end,
                paired.record_number,
                paired.linked_record_number
        ) as preference
    from paired
    left join decided on paired.kind = decided.kind and paired.question = decided.question
    left join accepted
        on paired.kind = 'cluster' and paired.{{ id_name }} = accepted.golden_id
    where
        paired.kind is not null
        and decided.question is null
        and accepted.golden_id is null
),

valued as (
    select
        worst.*,
        coalesce(stakes.amount, 0)
        + case when worst.kind = 'pair' then coalesce(other_stakes.amount, 0) else 0 end
            as amount_at_stake
    from worst
    left join {{ stakes }} as stakes on worst.{{ id_name }} = stakes.{{ id_name }}
    left join {{ stakes }} as other_stakes
        on worst.other_{{ id_name }} = other_stakes.{{ id_name }}
    where worst.preference = 1
),

final as (
    select
        valued.kind,
        valued.record_key,
        valued.other_record_key,
        valued.{{ id_name }},
        valued.other_{{ id_name }},
        records.system,
        others.system as other_system,
        case
            when valued.kind = 'cluster' then 'one through others, but they look like two: '
            else ''
        end || valued.reason as reason,
        {{ record_text(entity, 'records') }} as record_fields,
        {{ record_text(entity, 'others') }} as other_record_fields,
        valued.match_weight,
        valued.match_probability,
        valued.amount_at_stake,
        valued.amount_at_stake * valued.match_probability * (1 - valued.match_probability)
            as review_value
    from valued
    inner join {{ relations.records }} as records on valued.record_key = records.record_key
    inner join {{ relations.records }} as others on valued.other_record_key = others.record_key
)

select * from final
{% endmacro %}
