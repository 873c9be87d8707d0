{#
Why: the keys of records that changed since the last build, or of all; a record without keys has a
row of block 0, so that the keys it had before make way.
Args: plans: {name: plan}, empty while dbt parses; records: the entity's numbered records; earlier:
the keys as last built, or none. A whole select statement: plan, record_number, block_number,
key_number, made_at, made_by.
Usage: {{ match_entity_keys(match_plans('customers_pairs'), ref('customers_numbered'), earlier) }}
#}
{% macro match_entity_keys(plans, records, earlier) %}
{%- if plans %}
{%- set selects = {} %}
{%- for name, plan in plans.items() %}
{%- do selects.update({name: match_keys(name, plan, 'changed')}) %}
{%- endfor %}
{%- set rules = match_rules(plans, none, 'keys') %}
with changed as (
    select * from {{ records }}
    {%- if earlier %}
    where changed_at > coalesce(
        (select max(made_at) from {{ earlier }} where made_by = {{ rules }}),
        cast('0001-01-01' as timestamp)
    )
    {%- endif %}
),

keys as ({{ match_plan_union(selects) }}),

final as (
    select
        keys.plan,
        changed.record_number,
        coalesce(keys.block_number, 0) as block_number,
        keys.key_number,
        {{ build_timestamp() }} as made_at,
        {{ rules }} as made_by
    from changed
    left join keys on changed.record_number = keys.record_number
)

select * from final
{%- endif %}
{% endmacro %}
