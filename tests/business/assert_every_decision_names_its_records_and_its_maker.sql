-- Fails if a line of must_match, never_match or accepted_clusters cannot be carried out as written.
-- Then a person decided something and the warehouse does not do it; the row names file and line.
{%- set entities = {'customer': 'customers', 'product': 'products', 'employee': 'employees'} %}
{%- set files = {
    'must_match': ['record_key', 'other_record_key'],
    'never_match': ['record_key', 'other_record_key'],
    'accepted_clusters': ['golden_id', 'record_key'],
} %}
with decisions as (
    {%- for file_name, keys in files.items() %}
    select
        '{{ file_name }}.csv' as file_name,
        {{ seed_line() }} as line_number,
        entity,
        {{ keys[0] }} as record_key,
        {{ keys[1] }} as other_record_key,
        decided_by,
        decided_at,
        why
    from {{ ref(file_name) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

known as (
    {%- for entity, plural in entities.items() %}
    select
        '{{ entity }}' as entity,
        record_key
    from {{ ref(plural ~ '_records') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

joined as (
    select
        entity,
        record_key,
        other_record_key
    from {{ ref('must_match') }}
    union
    select
        ones.entity,
        ones.record_key,
        mates.record_key as other_record_key
    from {{ ref('accepted_clusters') }} as ones
    inner join {{ ref('accepted_clusters') }} as mates
        on
            ones.entity = mates.entity
            and ones.golden_id = mates.golden_id
            and ones.record_key < mates.record_key
),

opposed as (
    select distinct
        nevers.entity,
        nevers.record_key,
        nevers.other_record_key
    from joined
    inner join {{ ref('never_match') }} as nevers
        on
            joined.entity = nevers.entity
            and least(joined.record_key, joined.other_record_key)
            = least(nevers.record_key, nevers.other_record_key)
            and greatest(joined.record_key, joined.other_record_key)
            = greatest(nevers.record_key, nevers.other_record_key)
),

judged as (
    select
        decisions.file_name,
        decisions.line_number,
        decisions.entity,
        decisions.record_key,
        decisions.other_record_key,
        case
            when
                decisions.entity is null
                or decisions.entity not in ('customer', 'product', 'employee')
                then 'entity is none of customer, product, employee'
            when known.record_key is null
                then 'no record has the key ' || coalesce(decisions.record_key, '(empty)')
            when other_known.record_key is null
                then 'no record has the key ' || coalesce(decisions.other_record_key, '(empty)')
            when
                decisions.record_key = decisions.other_record_key
                and decisions.file_name <> 'accepted_clusters.csv'
                then 'both keys are the same'
            when decisions.decided_by is null then 'decided_by is empty'
            when
                decisions.decided_at is null
                or not {{ matches('decisions.decided_at', '^[0-9]{4}-[0-9]{2}-[0-9]{2}$') }}
                or {{ cast_or_null('decisions.decided_at', 'date') }} is null
                then 'decided_at is no date YYYY-MM-DD'
            when decisions.why is null then 'why is empty'
            when opposed.record_key is not null and decisions.file_name <> 'accepted_clusters.csv'
                then 'never_match keeps apart what must_match or accepted_clusters hold together'
        end as broken_rule
    from decisions
    left join known
        on decisions.entity = known.entity and decisions.record_key = known.record_key
    left join known as other_known
        on
            decisions.entity = other_known.entity
            and decisions.other_record_key = other_known.record_key
    left join opposed
        on
            decisions.entity = opposed.entity
            and least(decisions.record_key, decisions.other_record_key)
            = least(opposed.record_key, opposed.other_record_key)
            and greatest(decisions.record_key, decisions.other_record_key)
            = greatest(opposed.record_key, opposed.other_record_key)
),

final as (
    select
        file_name || ', line ' || cast(line_number as text) || ': ' || broken_rule as mistake,
        entity,
        record_key,
        other_record_key
    from judged
    where broken_rule is not null
)

select * from final
