-- Fails if two must-match records, or two of an accepted cluster, are apart, or two never-match
-- records are one golden thing.
-- Then decisions contradict each other through others, or a person's word was overruled.
{%- set entities = {
    'customer': ['customers', 'customer_id'],
    'product': ['products', 'product_id'],
    'employee': ['employees', 'employee_id'],
} %}
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
        {{ keys[1] }} as other_record_key
    from {{ ref(file_name) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

xref as (
    {%- for entity, names in entities.items() %}
    select
        '{{ entity }}' as entity,
        record_key,
        {{ names[1] }} as golden_id
    from {{ ref(names[0] ~ '_xref') }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

final as (
    select
        decisions.file_name || ', line ' || cast(decisions.line_number as text) || ': '
        || case
            when ones.golden_id = seconds.golden_id then 'the records are one '
            else 'the records are apart '
        end || decisions.entity as broken_rule,
        decisions.entity,
        decisions.record_key,
        decisions.other_record_key,
        ones.golden_id,
        seconds.golden_id as other_golden_id
    from decisions
    inner join xref as ones
        on decisions.entity = ones.entity and decisions.record_key = ones.record_key
    inner join xref as seconds
        on decisions.entity = seconds.entity and decisions.other_record_key = seconds.record_key
    where
        (ones.golden_id = seconds.golden_id and decisions.file_name = 'never_match.csv')
        or (ones.golden_id <> seconds.golden_id and decisions.file_name <> 'never_match.csv')
)

select * from final
