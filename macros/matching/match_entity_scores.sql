{#
Why: the compared pairs of an entity that are more than strangers; pairs without a touched record
weigh what they did, as long as parameters and plans are the same.
Args: plans: {name: plan}, empty while dbt parses; relations: {records, compared, patterns, terms,
parameters, touched} of the entity; earlier: the scores as last built, or none. A whole select
statement: what match_scores gives, made_at, made_by; after an earlier build of the touched only,
for the strategy renew.
Usage: {{ match_entity_scores(match_plans('customers_pairs'), relations, earlier) }}
#}
{% macro match_entity_scores(plans, relations, earlier) %}
{%- if plans %}
{%- set selects = {} %}
{%- for name, plan in plans.items() %}
{%- do selects.update({name: match_scores(
    name, plan, relations.records, 'compared', relations.patterns, relations.terms
)}) %}
{%- endfor %}
{%- set rules = match_rules(plans, relations.parameters, 'scores') %}
with {% if earlier -%}
touched as ({{ match_touched(relations.touched, earlier, rules) }}),

touched_pairs as (
    select pairs.*
    from {{ relations.compared }} as pairs
    inner join touched on pairs.record_number = touched.record_number
    union
    select pairs.*
    from {{ relations.compared }} as pairs
    inner join touched on pairs.linked_record_number = touched.record_number
),
{% endif %}
compared as (
    select * from {{ 'touched_pairs' if earlier else relations.compared }}
),

scores as ({{ match_plan_union(selects) }}),

final as (
    select
        scores.*,
        {{ build_timestamp() }} as made_at,
        {{ rules }} as made_by
    from scores
    where scores.match_class <> 'different'
    {%- if earlier %}
    union all
    select
        null as plan,
        record_number,
        record_number as linked_record_number,
        null as pattern,
        null as match_weight,
        null as match_probability,
        null as related_probability,
        null as match_class,
        null as made_at,
        null as made_by
    from touched
    {%- endif %}
)

select * from final
{%- endif %}
{% endmacro %}
