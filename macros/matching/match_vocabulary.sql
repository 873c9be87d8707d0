{#
Why: the closed vocabulary of matching plans in one place; every plan is checked against it.
Usage: {% set words = match_vocabulary() %}
`ways` says what a level's way takes: a column, columns (one or several), two columns, levels, or a
mapping of exactly these keys.
#}
{% macro match_vocabulary() %}
    {{ return({
        'plan_keys': [
            'only', 'one_per', 'contradictions', 'related', 'namesakes', 'vetoes', 'density',
            'max_records_per_key', 'match_above', 'review_above', 'blocks', 'comparisons',
        ],
        'needed_keys': [
            'max_records_per_key', 'match_above', 'review_above', 'blocks', 'comparisons',
        ],
        'shares': ['match_above', 'review_above', 'density'],
        'comparison_keys': ['name', 'of', 'frequency', 'differs', 'levels'],
        'ways': {
            'exact': 'columns',
            'near': ['of', 'at_least'],
            'edits': ['of', 'at_most'],
            'begins': ['of', 'letters'],
            'initial': 'column',
            'words': ['of', 'at_least'],
            'weighed_words': ['of', 'at_least'],
            'contains': 'column',
            'unlike': 'column',
            'swapped': 'two columns',
            'crossed': 'two columns',
            'within': ['of', 'share'],
            'apart': ['of', 'at_most'],
            'all': 'levels',
            'any': 'levels',
        },
        'most_levels': 8,
    }) }}
{% endmacro %}
