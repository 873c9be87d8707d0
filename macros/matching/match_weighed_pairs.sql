{#
Why: the compared pairs of an entity that are more than strangers, with the evidence in words.
Args: plans: {name: plan}, empty while dbt parses; records, compared, patterns: the entity's
relations; parameters: the seed match_parameters. A whole select statement, one row per pair.
Usage: {{ match_weighed_pairs(match_plans('customers_pairs'), records, compared, patterns,
parameters) }}
#}
{% macro match_weighed_pairs(plans, records, compared, patterns, parameters) %}
{%- if plans %}
with scores as (
    {%- for name, plan in plans.items() %}
    {%- set weights = '(' ~ match_term_weights(name, plan, records, parameters) ~ ')' %}
    select * from (
        {{- match_scores(name, plan, compared, patterns, weights) | indent(8) }}
    ) as {{ name }}_scores
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

final as (
    select
        scores.plan,
        scores.record_number,
        scores.linked_record_number,
        one.record_key,
        other.record_key as linked_record_key,
        scores.pattern,
        scores.match_weight,
        scores.match_probability,
        scores.related_probability,
        scores.match_class,
        patterns.levels,
        patterns.weights,
        patterns.reason
    from scores
    inner join {{ patterns }} as patterns
        on scores.plan = patterns.plan and scores.pattern = patterns.pattern
    inner join {{ records }} as one on scores.record_number = one.record_number
    inner join {{ records }} as other on scores.linked_record_number = other.record_number
    where scores.match_class <> 'different'
)

select * from final
{%- endif %}
{% endmacro %}
