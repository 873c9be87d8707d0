{#
Why: agreeing in a rare name says more than in a common one: for every record the bits by which its
value is rarer than the chance of agreeing that the parameters assume.
Args: name, plan, records: see match_pairs; parameters: the seed match_parameters. A whole select
statement: record_number and <comparison>_bits for each comparison that declares a frequency.
Usage: {{ match_term_weights('person', plan, ref('customers_numbered'), ref('match_parameters')) }}
#}
{% macro match_term_weights(name, plan, records, parameters) %}
{%- set weighed = plan.comparisons | selectattr('frequency', 'defined') | list -%}
with records as (
    select * from {{ records }} as records
    where {{ match_only(plan) }}
),

chances as (
    select
        {%- for comparison in weighed %}
        max(case when comparison = '{{ comparison.name }}' then u end) as {{ comparison.name }},
        {%- endfor %}
        count(*) as level_count
    from {{ parameters }}
    where plan = '{{ name }}' and level_number = 1
),

{% for comparison in weighed %}
{{ comparison.name }}_terms as (
    select
        {{ comparison.frequency }} as term,
        count(*) as record_count
    from records
    where {{ comparison.frequency }} is not null
    group by {{ comparison.frequency }}
),

{{ comparison.name }}_bits as (
    select
        terms.term,
        ln(chances.{{ comparison.name }} * sum(terms.record_count) over () / terms.record_count)
        / ln(2) as bits
    from {{ comparison.name }}_terms as terms
    cross join chances
),

{% endfor %}
final as (
    select
        {%- for comparison in weighed %}
        {{ comparison.name }}_bits.bits as {{ comparison.name }}_bits,
        {%- endfor %}
        records.record_number
    from records
    {%- for comparison in weighed %}
    left join {{ comparison.name }}_bits
        on records.{{ comparison.frequency }} = {{ comparison.name }}_bits.term
    {%- endfor %}
)

select * from final
{% endmacro %}
