{#
Why: when a key becomes a hub, or stops being one, all its records are compared again. Only keys that
records brought since the last count can have become one; only hubs can stop being one.
Args: plans: {name: plan}, empty while dbt parses; keys: the entity's keys; earlier: the hubs as last
built, or none. A whole select statement: what match_hubs gives, is_hub, flipped_at, counted_at,
counted_by; keys that were hubs once stay.
Usage: {{ match_entity_hubs(match_plans('customers_pairs'), ref('customers_keys'), earlier) }}
#}
{% macro match_entity_hubs(plans, keys, earlier) %}
{%- if plans %}
{%- set selects = {} %}
{%- set limits = {} %}
{%- for name, plan in plans.items() %}
{%- do selects.update({name: match_hubs(name, plan, 'counted' if earlier else keys)}) %}
{%- do limits.update({name: plan.max_records_per_key}) %}
{%- endfor %}
{%- set rules = "'" ~ local_md5(limits | string) ~ "'" %}
with {% if earlier -%}
open_keys as (
    select key_number from {{ earlier }}
    union
    select key_number
    from {{ keys }}
    where made_at > coalesce(
        (select max(counted_at) from {{ earlier }} where counted_by = {{ rules }}),
        cast('0001-01-01' as timestamp)
    )
),

counted as (
    select keys.*
    from {{ keys }} as keys
    inner join open_keys on keys.key_number = open_keys.key_number
),

{% endif -%}
hubs as ({{ match_plan_union(selects) }}),

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
        end as flipped_at,
    {%- else %}
    select
        hubs.*,
        true as is_hub,
        {{ build_timestamp() }} as flipped_at,
    {%- endif %}
        {{ build_timestamp() }} as counted_at,
        {{ rules }} as counted_by
    from hubs
    {%- if earlier %}
    full outer join {{ earlier }} as earlier
        on hubs.plan = earlier.plan and hubs.key_number = earlier.key_number
    {%- endif %}
)

select * from final
{%- endif %}
{% endmacro %}
