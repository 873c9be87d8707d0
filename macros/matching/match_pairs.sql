{#
Why: every two records that share a key that is not a hub, once, and how they agree.
Args: name: of the plan; plan, records: see match_key_texts; keys, hubs: relations made by match_keys
and match_hubs; touched: relation of record_number, when only pairs with one of these are wanted. A
whole select statement: plan, record_number, linked_record_number (the larger), pattern.
Usage: {{ match_pairs('person', plan, ref('customers_numbered'), ref('customers_keys'), hubs) }}
#}
{% macro match_pairs(name, plan, records, keys, hubs, touched=none) %}
{%- do check_match_plan(name, plan) %}
with {% if touched is none -%}
keys as (
    select
        keys.record_number,
        keys.key_number
    from {{ keys }} as keys
    left join {{ hubs }} as hubs on keys.key_number = hubs.key_number
    where keys.plan = '{{ name }}' and hubs.key_number is null
),

candidates as (
    select distinct
        one.record_number,
        other.record_number as linked_record_number
    from keys as one
    inner join keys as other
        on
            one.key_number = other.key_number
            and one.record_number < other.record_number
),
{%- else -%}
touched_keys as (
    select
        keys.record_number,
        keys.key_number
    from {{ keys }} as keys
    inner join {{ touched }} as touched on keys.record_number = touched.record_number
    left join {{ hubs }} as hubs on keys.key_number = hubs.key_number
    where keys.plan = '{{ name }}' and hubs.key_number is null
),

candidates as (
    select distinct
        least(one.record_number, other.record_number) as record_number,
        greatest(one.record_number, other.record_number) as linked_record_number
    from touched_keys as one
    inner join {{ keys }} as other on one.key_number = other.key_number
    where other.plan = '{{ name }}' and one.record_number <> other.record_number
),
{%- endif %}

{{ match_compared(name, plan, records, 'candidates') }},

final as (
    select
        '{{ name }}' as plan,
        record_number,
        linked_record_number,
        pattern
    from compared
)

select * from final
{% endmacro %}
