{#
Why: the links of an entity before its groups are looked at: the matches of every plan.
Args: plans: {name: plan}; pairs: relation with plan, record_number, linked_record_number,
match_weight and match_class. A whole select statement: plan, record_number, linked_record_number,
match_weight, density (the share of a group's pairs that must be links, by the plan).
Usage: links as ({{ match_links(plans, ref('customers_scores')) }})
#}
{% macro match_links(plans, pairs) %}
select
    plan,
    record_number,
    linked_record_number,
    match_weight,
    case
        {%- for name, plan in plans.items() %}
        when plan = '{{ name }}' then {{ plan.get('density', 0) }}
        {%- endfor %}
    end as density
from {{ pairs }}
where match_class = 'match'
{% endmacro %}
