{#
Why: how sure it is that two records are the same thing, and what to do about it: match, related
(relatives, colleagues), possible (worth a look) or different.
Args: name, plan, records: see match_pairs; pairs, patterns, terms: relations made by match_pairs,
match_patterns, match_terms. A whole select statement, one row per compared pair.
Usage: {{ match_scores('person', plan, records, compared, patterns, terms) }}
#}
{% macro match_scores(name, plan, records, pairs, patterns, terms) %}
{%- set weighed = plan.comparisons | selectattr('frequency', 'defined') | list %}
with {% for comparison in weighed -%}
{{ comparison.name }}_terms as (
    select
        term,
        bits
    from {{ terms }}
    where plan = '{{ name }}' and comparison = '{{ comparison.name }}'
),

{% endfor -%}
weighed as (
    select
        pairs.plan,
        pairs.record_number,
        pairs.linked_record_number,
        pairs.pattern,
        patterns.is_vetoed,
        patterns.related_odds,
        patterns.namesake_odds,
        patterns.match_bits,
        {%- for comparison in weighed %}
        coalesce({{ comparison.name }}_terms.bits, 0) +
        {%- endfor %} 0 as term_bits
    from {{ pairs }} as pairs
    inner join {{ patterns }} as patterns
        on pairs.plan = patterns.plan and pairs.pattern = patterns.pattern
    inner join {{ records }} as records on pairs.record_number = records.record_number
    {%- for comparison in weighed %}
    left join {{ comparison.name }}_terms
        on
            case
                when substr(pairs.pattern, {{ plan.comparisons.index(comparison) + 1 }}, 1) = '1'
                    then cast(records.{{ comparison.frequency }} as text)
            end = {{ comparison.name }}_terms.term
    {%- endfor %}
    where pairs.plan = '{{ name }}'
),

scored as (
    select
        *,
        match_bits + term_bits as match_weight,
        1 / (
            1 + related_odds + (power(2, -match_bits) + namesake_odds) * power(2, -term_bits)
        ) as match_probability
    from weighed
),

final as (
    select
        plan,
        record_number,
        linked_record_number,
        pattern,
        match_weight,
        match_probability,
        match_probability * related_odds as related_probability,
        case
            when is_vetoed and match_probability >= {{ plan.match_above }} then 'related'
            when match_probability >= {{ plan.match_above }} then 'match'
            when match_probability * related_odds >= 0.5 then 'related'
            when match_probability >= {{ plan.review_above }} then 'possible'
            else 'different'
        end as match_class
    from scored
)

select * from final
{% endmacro %}
