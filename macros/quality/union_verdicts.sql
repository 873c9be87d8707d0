{#
Why: what was set aside or marked is asked of the records of all stagings alike.
Args: condition: SQL over the staging contract's columns.
Usage: unread as ({{ union_verdicts('unreadable_values is not null') }})
#}
{% macro union_verdicts(condition) -%}
    select * from (
        {{ union_stagings({
            'record_key': 'text', 'connection': 'text', 'system': 'text', 'stream': 'text',
            'record_id': 'text', 'is_deleted': 'boolean', 'verdict': 'text', 'reasons': 'text',
            'unreadable_values': 'text', 'version_count': 'bigint', 'quarantined_payload': 'text',
            'first_seen_at': 'timestamp', 'extracted_at': 'timestamp', 'request_id': 'text',
        }) | indent(8) }}
    ) as staged
    where {{ condition }}
{%- endmacro %}
