{#
Why: records that contradict each other are not one thing, through however many others they are
linked: two tax numbers, or two records of a source that keeps each thing once.
Args: plans: {name: plan}, each with `contradictions` (columns) and `one_per` (a column) or without;
records: the entity's numbered records. A whole select statement: record_number, kind, fact (text).
Usage: contradictions as ({{ match_contradictions(plans, ref('customers_numbered')) }})
#}
{% macro match_contradictions(plans, records) %}
with final as (
    {%- for name, plan in plans.items() %}
    {%- for column in plan.get('contradictions', []) %}
    select
        records.record_number,
        '{{ column }}' as kind,
        cast(records.{{ column }} as text) as fact
    from {{ records }} as records
    where {{ match_only(plan) }} and records.{{ column }} is not null
    union all
    {%- endfor %}
    {%- if plan.one_per is defined %}
    select
        records.record_number,
        cast(records.{{ plan.one_per }} as text) as kind,
        cast(records.record_number as text) as fact
    from {{ records }} as records
    where {{ match_only(plan) }} and records.{{ plan.one_per }} is not null
    union all
    {%- endif %}
    {%- endfor %}
    select
        record_number,
        '' as kind,
        '' as fact
    from {{ records }}
    where record_number is null
)

select * from final
{% endmacro %}
