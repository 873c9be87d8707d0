{#
Why: a value counts in all its spellings; among them, the most frequent spelling shows.
Args: entries, chains: CTEs as in golden_contests; width: fields of the largest group. A select
statement for a CTE: field, record_number, frequency, where a chain asks for it.
Usage: frequencies as ({{ value_frequencies('entries', 'chains', 5) }})
#}
{% macro value_frequencies(entries, chains, width) %}
    select
        field,
        record_number,
        count(*) over (partition by founder_number, field
            {%- for place in range(width) %}, coalesce(key_{{ place }}, text_{{ place }}, '')
            {%- endfor %}) * 100000
        + count(*) over (partition by founder_number, field, exact_text) as frequency
    from {{ entries }}
    where
        field in (
            select field from {{ chains }}
            where 'most_frequent' in (
                {%- for step in survivorship_vocabulary().steps %}
                {{- 'rule_' ~ step }}{{ ', ' if not loop.last }}
                {%- endfor %})
        )
{% endmacro %}
