{#
Why: of a source that keeps each thing once, a record has one link at most, whatever the plan.
Args: plans: {name: plan}; links: relation made by match_links; records: the entity's numbered
records. A whole select statement: record_number, linked_record_number (no pair twice),
match_weight, density.
Usage: best_links as ({{ match_best_links(plans, 'links', ref('customers_numbered')) }})
#}
{% macro match_best_links(plans, links, records) %}
with {% for name in plans -%}
{{ name }}_links as (
    select * from {{ links }}
    where plan = '{{ name }}'
),

{% endfor -%}
best as (
    {%- for name, plan in plans.items() %}
    select
        record_number,
        linked_record_number,
        match_weight,
        {{ plan.get('density', 0) }} as density
    {%- if plan.one_per is defined %}
    from (
        {{- match_one_per(name ~ '_links', records, plan.one_per) | indent(8) }}
    ) as best_{{ name }}_links
    {%- else %}
    from {{ name }}_links
    {%- endif %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

final as (
    select
        record_number,
        linked_record_number,
        max(match_weight) as match_weight,
        max(density) as density
    from best
    group by record_number, linked_record_number
)

select * from final
{% endmacro %}
