{#
Why: the closed vocabulary of mappings in one place; everything is checked against it.
Usage: {% set words = mapping_vocabulary() %}
`kind` says which columns a type may fill; `holds` completes "x holds 'abc', which is not …".
#}
{% macro mapping_vocabulary() %}
    {{ return({
        'meta_keys': ['entity', 'mapping', 'arrays', 'keep_if', 'parent', 'compares'],
        'entry_keys': [
            'target', 'source', 'parent', 'value', 'type', 'transform', 'required', 'on_unreadable',
            'codes', 'currency', 'country', 'format', 'timezone', 'unit', 'to_unit', 'item',
            'separator', 'member', 'from_deleted',
        ],
        'type_keys': [
            'codes', 'currency', 'country', 'timezone', 'unit', 'to_unit', 'item', 'separator',
        ],
        'types': {
            'string': {'kind': 'text', 'holds': 'a text'},
            'text': {'kind': 'text', 'holds': 'a text'},
            'integer': {'kind': 'number', 'holds': 'a whole number'},
            'decimal': {'kind': 'number', 'holds': 'a number', 'formats': ['point', 'comma']},
            'money': {
                'kind': 'number', 'holds': 'an amount of money', 'formats': ['point', 'comma'],
            },
            'money_minor': {
                'kind': 'number', 'needs': ['currency'],
                'holds': 'a whole amount in the smallest unit of a known currency',
            },
            'percent': {
                'kind': 'number', 'holds': 'a percentage', 'formats': ['percent', 'fraction'],
            },
            'measure': {
                'kind': 'number', 'needs': ['unit', 'to_unit'],
                'holds': 'a measure in a known unit',
            },
            'boolean': {'kind': 'boolean', 'holds': 'a yes or a no', 'keys': ['codes']},
            'date': {
                'kind': 'date', 'holds': 'a date',
                'formats': ['iso', 'dmy', 'mdy', 'epoch_s', 'epoch_ms', 'excel'],
            },
            'timestamp': {
                'kind': 'date', 'holds': 'a point in time', 'keys': ['timezone'],
                'formats': ['iso', 'dmy', 'mdy', 'epoch_s', 'epoch_ms', 'excel'],
            },
            'email': {'kind': 'text', 'holds': 'an e-mail address'},
            'phone': {'kind': 'text', 'holds': 'a phone number', 'keys': ['country']},
            'country': {'kind': 'text', 'holds': 'a known country'},
            'currency': {'kind': 'text', 'holds': 'a known currency'},
            'code': {'kind': 'text', 'holds': 'a known code', 'needs': ['codes']},
            'json': {'kind': 'text', 'holds': 'JSON'},
            'url': {'kind': 'text', 'holds': 'a web address'},
            'domain': {'kind': 'text', 'holds': 'a web domain'},
            'list': {'kind': 'text', 'holds': 'a list', 'keys': ['item', 'separator']},
        },
        'transforms': {
            'several': [
                'join_words', 'join_comma', 'join_colon', 'first_of', 'only_one', 'join_phone',
                'sum_of', 'difference_of',
            ],
            'single': [
                'split_first', 'split_last', 'before_colon', 'after_colon', 'before_comma',
                'after_comma', 'last_path_part', 'lower', 'upper', 'digits', 'strip_quote',
                'strip_tags', 'strip_deleted', 'unescape_html', 'negate', 'amount_of', 'currency_of',
                'accounting_number', 'email_domain', 'id18', 'refusal', 'reciprocal',
            ],
        },
        'contract_columns': [
            'record_key', 'connection', 'system', 'stream', 'record_id', 'custom_fields',
            'is_deleted', 'verdict', 'reasons', 'unreadable_values', 'field_changed_at',
            'former_values', 'version_count', 'quarantined_payload', 'changed_at', 'first_seen_at',
            'extracted_at', 'request_id', '_dlt_load_id', 'parent_record_id',
        ],
    }) }}
{% endmacro %}
