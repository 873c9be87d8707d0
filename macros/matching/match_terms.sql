{#
Why: agreeing in a rare name says more than in a common one: for every value the bits by which it is
rarer than the chance of agreeing that the parameters assume. Half bits, so that a few records more
change few weights.
Args: name, plan, records: see match_pairs; parameters: the seed match_parameters. A whole select
statement: plan, comparison (that declares a frequency), term (text), bits.
Usage: {{ match_terms('person', plan, ref('customers_numbered'), ref('match_parameters')) }}
#}
{% macro match_terms(name, plan, records, parameters) %}
with counted as (
    {%- for comparison in plan.comparisons if comparison.frequency is defined %}
    select
        '{{ comparison.name }}' as comparison,
        cast(records.{{ comparison.frequency }} as text) as term,
        count(*) as record_count
    from {{ records }} as records
    where {{ match_only(plan) }} and records.{{ comparison.frequency }} is not null
    group by records.{{ comparison.frequency }}
    union all
    {%- endfor %}
    select
        '' as comparison,
        '' as term,
        0 as record_count
    from {{ parameters }}
    where position is null
),

final as (
    select
        '{{ name }}' as plan,
        counted.comparison,
        counted.term,
        round(
            2 * ln(
                parameters.u * sum(counted.record_count) over (partition by counted.comparison)
                / counted.record_count
            ) / ln(2)
        ) / 2 as bits
    from counted
    inner join {{ parameters }} as parameters
        on
            parameters.plan = '{{ name }}'
            and counted.comparison = parameters.comparison
            and parameters.level_number = 1
)

select * from final
{% endmacro %}
