{#
Why: when a value becomes rarer or more common by half a bit, the pairs that agree in it weigh
something else.
Args: plans: {name: plan}, empty while dbt parses; records, parameters: see match_terms; earlier: the
terms as last built, or none. A whole select statement: what match_terms gives, changed_at.
Usage: {{ match_entity_terms(plans, ref('customers_numbered'), parameters, earlier) }}
#}
{% macro match_entity_terms(plans, records, parameters, earlier) %}
{%- if plans %}
{%- set selects = {} %}
{%- for name, plan in plans.items() %}
{%- do selects.update({name: match_terms(name, plan, records, parameters)}) %}
{%- endfor %}
with terms as ({{ match_plan_union(selects) }}),

final as (
    select
        terms.*,
        {%- if earlier %}
        case
            when earlier.bits = terms.bits then earlier.changed_at else {{ build_timestamp() }}
        end as changed_at
        {%- else %}
        {{ build_timestamp() }} as changed_at
        {%- endif %}
    from terms
    {%- if earlier %}
    left join {{ earlier }} as earlier
        on
            terms.plan = earlier.plan
            and terms.comparison = earlier.comparison
            and terms.term = earlier.term
    {%- endif %}
)

select * from final
{%- endif %}
{% endmacro %}
