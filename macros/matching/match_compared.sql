{#
Why: how the two records of candidate pairs agree; the same for pairs that share a key and for
pairs drawn at random.
Args: name, plan, records: see match_pairs; candidates: a CTE of record_number,
linked_record_number. CTEs, the last of which is `compared`: those two and the pattern.
Usage: {{ match_compared('person', plan, ref('customers_numbered'), 'candidates') }}
#}
{% macro match_compared(name, plan, records, candidates) %}
{%- set levels = plan.comparisons | map(attribute='levels') | sum(start=[]) %}
{%- set columns = match_word_columns(levels).split() | unique | list %}
{%- for column in columns %}
{{ column }}_shares as (
    {{- match_word_shares(plan, records, column, candidates) }}),

{% endfor -%}
compared as (
    select
        candidates.record_number,
        candidates.linked_record_number,
        {{ match_pattern(plan.comparisons, name) }} as pattern
    from {{ candidates }} as candidates
    inner join {{ records }} as l on candidates.record_number = l.record_number
    inner join {{ records }} as r on candidates.linked_record_number = r.record_number
    {%- for column in columns %}
    left join {{ column }}_shares
        on
            candidates.record_number = {{ column }}_shares.record_number
            and candidates.linked_record_number = {{ column }}_shares.linked_record_number
    {%- endfor %}
    {%- if plan.one_per is defined %}
    where
        l.{{ plan.one_per }} is null or r.{{ plan.one_per }} is null
        or l.{{ plan.one_per }} <> r.{{ plan.one_per }}
    {%- endif %}
)
{%- endmacro %}
