{#
Why: a key that too many records share is no key; records do not meet under it.
Args: name, plan: see match_keys; keys: relation made by match_keys. A whole select statement: plan,
block_number, key_number, record_count, record_number (one that carries the key).
Usage: {{ match_hubs('person', plan, ref('customers_keys')) }}
#}
{% macro match_hubs(name, plan, keys) %}
with final as (
    select
        plan,
        min(block_number) as block_number,
        key_number,
        count(*) as record_count,
        min(record_number) as record_number
    from {{ keys }}
    where plan = '{{ name }}'
    group by plan, key_number
    having count(*) > {{ plan.max_records_per_key }}
)

select * from final
{% endmacro %}
