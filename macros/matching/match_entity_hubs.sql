{#
Why: when a key becomes a hub, or stops being one, all its records are compared again.
Args: plans: {name: plan}, empty while dbt parses; keys: the entity's keys; earlier: the hubs as last
built, or none. A whole select statement: what match_hubs gives, is_hub, flipped_at; keys that were
hubs once stay.
Usage: {{ match_entity_hubs(match_plans('customers_pairs'), ref('customers_keys'), earlier) }}
#}
{% macro match_entity_hubs(plans, keys, earlier) %}
{%- if plans %}
{%- set selects = {} %}
{%- for name, plan in plans.items() %}
{%- do selects.update({name: match_hubs(name, plan, keys)}) %}
{%- endfor %}
with hubs as ({{ match_plan_union(selects) }}),

final as (
    {%- if earlier %}
    select
        coalesce(hubs.plan, earlier.plan) as plan,
        coalesce(hubs.block_number, earlier.block_number) as block_number,
        coalesce(hubs.key_number, earlier.key_number) as key_number,
        hubs.record_count,
        hubs.record_number,
        hubs.key_number is not null as is_hub,
        case
            when earlier.is_hub = (hubs.key_number is not null) then earlier.flipped_at
            else {{ build_timestamp() }}
        end as flipped_at
    from hubs
    full outer join {{ earlier }} as earlier
        on hubs.plan = earlier.plan and hubs.key_number = earlier.key_number
    {%- else %}
    select
        hubs.*,
        true as is_hub,
        {{ build_timestamp() }} as flipped_at
    from hubs
    {%- endif %}
)

select * from final
{%- endif %}
{% endmacro %}
