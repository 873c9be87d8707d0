{#
Why: pairs in which nothing changed agree as they did; only pairs with a touched record are compared.
Args: plans: {name: plan}, empty while dbt parses; relations: {records, keys, hubs, touched} of the
entity; earlier: the compared pairs as last built, or none. A whole select statement: what
match_pairs gives, made_at, made_by; after an earlier build of the touched only, for the strategy
renew.
Usage: {{ match_entity_pairs(match_plans('customers_pairs'), relations, earlier) }}
#}
{% macro match_entity_pairs(plans, relations, earlier) %}
{%- if plans %}
{%- set selects = {} %}
{%- for name, plan in plans.items() %}
{%- do selects.update({name: match_pairs(
    name, plan, relations.records, relations['keys'], 'hubs', 'touched' if earlier else none
)}) %}
{%- endfor %}
{%- set rules = match_rules(plans, none, 'pairs') %}
with hubs as (
    select key_number from {{ relations.hubs }}
    where is_hub
),

{% if earlier -%}
touched as ({{ match_touched(relations.touched, earlier, rules) }}),
{%- endif %}

compared as ({{ match_plan_union(selects) }}),

final as (
    select
        compared.*,
        {{ build_timestamp() }} as made_at,
        {{ rules }} as made_by
    from compared
    {%- if earlier %}
    union all
    select
        null as plan,
        record_number,
        record_number as linked_record_number,
        null as pattern,
        null as made_at,
        null as made_by
    from touched
    {%- endif %}
)

select * from final
{%- endif %}
{% endmacro %}
