{#
Why: the links of an entity before its groups are looked at: the matches of every plan, and of a
source that keeps each thing once only the best.
Args: plans: {name: plan}; pairs: relation with plan, record_number, linked_record_number,
match_weight and match_class; records: the entity's numbered records. A whole select statement:
record_number, linked_record_number (no pair twice), match_weight, density.
Usage: links as ({{ match_links(plans, ref('customers_pairs'), ref('customers_numbered')) }})
#}
{% macro match_links(plans, pairs, records) %}
with {% for name in plans -%}
{{ name }}_matches as (
    select
        record_number,
        linked_record_number,
        match_weight
    from {{ pairs }}
    where match_class = 'match' and plan = '{{ name }}'
),

{% endfor -%}
links as (
    {%- for name, plan in plans.items() %}
    select
        record_number,
        linked_record_number,
        match_weight,
        {{ plan.get('density', 0) }} as density
    {%- if plan.one_per is defined %}
    from (
        {{- match_one_per(name ~ '_matches', records, plan.one_per) | indent(8) }}
    ) as best_{{ name }}_matches
    {%- else %}
    from {{ name }}_matches
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
    from links
    group by record_number, linked_record_number
)

select * from final
{% endmacro %}
