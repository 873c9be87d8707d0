{#
Why: the closed list of survivorship rules; what is executed, checked and tested is read from here.
Args: none.
Usage: {% set words = survivorship_vocabulary() %}
`rank` is SQL over a contest's entries, smallest preferred, null without an opinion; `kinds` are the
kinds of fields the rule can rank (a group counts as group); `says` ends "it won because it is".
#}
{% macro survivorship_vocabulary() %}
    {% set every = ['text', 'number', 'date', 'boolean', 'group'] %}
    {{ return({
        'steps': [1, 2, 3, 4],
        'rules': {
            'newest': {
                'rank': '-' ~ epoch_microseconds('field_changed_at'), 'kinds': every,
                'says': 'the value written last',
            },
            'oldest': {
                'rank': epoch_microseconds('record_created_at'), 'kinds': every,
                'says': 'from the record created first',
            },
            'source_priority': {
                'rank': 'priority', 'kinds': every,
                'says': 'from the source trusted most for this field',
            },
            'system_of_record': {
                'rank': 'case when step_source in (system, entries.connection) then 0 else 1 end',
                'kinds': every, 'needs_source': true,
                'says': 'from the system of record',
            },
            'most_frequent': {
                'rank': '-frequency', 'kinds': every,
                'says': 'the value that most records hold',
            },
            'most_complete': {
                'rank': '-filled_count', 'kinds': every,
                'says': 'from the most complete record',
            },
            'longest': {
                'rank': '-length(value_text)', 'kinds': ['text', 'group'],
                'says': 'the longest text',
            },
            'minimum': {
                'rank': 'value_number', 'kinds': ['number', 'date'],
                'says': 'the smallest value',
            },
            'maximum': {
                'rank': '-value_number', 'kinds': ['number', 'date'],
                'says': 'the largest value',
            },
            'any_true': {
                'rank': 'case when value_text = \'true\' then 0 else 1 end',
                'kinds': ['boolean'],
                'says': 'true, and one record that says so is enough',
            },
            'manual': {
                'rank': 'cast(null as bigint)', 'kinds': every,
                'says': 'decided by a person',
            },
        },
        'outcomes': {
            'decision': 'decided by a person',
            'known_code': 'a known code, the others are not',
            'tie_break': 'from the most trusted source, then the newest record, then the one seen'
                ~ ' first',
            'agreed': 'what all records that hold a value say',
            'only_value': 'the only value that any record holds',
        },
        'comparisons': ['text', 'code', 'email', 'exact', 'nothing'],
    }) }}
{% endmacro %}
