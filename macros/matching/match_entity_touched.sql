{#
Why: whatever can change a pair of records is seen at the records: one of them changed or is gone, a
key of theirs became a hub or stopped being one, or a value of theirs became rarer or more common.
Args: plans: {name: plan}, empty while dbt parses; records, keys, hubs, terms: the entity's
relations; earlier: this log as written so far, or none. A whole select statement of what to add to
the log: record_number, is_gone, touched_at.
Usage: {{ match_entity_touched(plans, records, keys, hubs, terms, earlier) }}
#}
{% macro match_entity_touched(plans, records, keys, hubs, terms, earlier) %}
{%- if earlier %}
{%- set until %}(
    select coalesce(max(touched_at), cast('0001-01-01' as timestamp)) from {{ earlier }}
){% endset %}
with flipped as (
    select key_number from {{ hubs }}
    where flipped_at > {{ until }}
),

renewed as (
    select * from {{ terms }}
    where changed_at > {{ until }}
),

logged as (
    select record_number
    from {{ earlier }}
    group by record_number
    having
        max(case when not is_gone then touched_at end)
        > coalesce(max(case when is_gone then touched_at end), cast('0001-01-01' as timestamp))
),

gone as (
    select logged.record_number
    from logged
    left join {{ records }} as records on logged.record_number = records.record_number
    where records.record_number is null
),

changed as (
    select record_number from {{ records }}
    where changed_at > {{ until }}
    union
    select keys.record_number
    from {{ keys }} as keys
    inner join flipped on keys.key_number = flipped.key_number
    {%- for name, plan in plans.items() %}
    {%- for comparison in plan.comparisons if comparison.frequency is defined %}
    union
    select records.record_number
    from {{ records }} as records
    inner join renewed
        on
            renewed.plan = '{{ name }}'
            and renewed.comparison = '{{ comparison.name }}'
            and cast(records.{{ comparison.frequency }} as text) = renewed.term
    where {{ match_only(plan) }}
    {%- endfor %}
    {%- endfor %}
),

touched as (
    select
        record_number,
        false as is_gone
    from changed
    union all
    select
        record_number,
        true as is_gone
    from gone
),
{%- else %}
with touched as (
    select
        record_number,
        false as is_gone
    from {{ records }}
),
{%- endif %}

final as (
    select
        record_number,
        is_gone,
        {{ build_timestamp() }} as touched_at
    from touched
)

select * from final
{% endmacro %}
