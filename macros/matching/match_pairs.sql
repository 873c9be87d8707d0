{#
Why: every two records that share a key that is not a hub, once, and how they agree.
Args: name: of the plan; plan, records: see match_key_texts; keys: relation made by match_keys. A
whole select statement: plan, record_number, linked_record_number (the larger), pattern.
Usage: {{ match_pairs('person', plan, ref('customers_numbered'), ref('customers_keys')) }}
#}
{% macro match_pairs(name, plan, records, keys) %}
{%- do check_match_plan(name, plan) %}
with candidates as (
    select distinct
        one.record_number,
        other.record_number as linked_record_number
    from {{ keys }} as one
    inner join {{ keys }} as other
        on
            one.key_number = other.key_number
            and one.record_number < other.record_number
    where one.plan = '{{ name }}' and one.record_count <= {{ plan.max_records_per_key }}
),

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
