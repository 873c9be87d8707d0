{#
Why: what people decide holds for one record as it was sent, in one role, until it is sent otherwise.
Args: role: SQL of its entity, or of what is known of it; record_key, payload: SQL.
Usage: {{ quarantine_id("'order'", 'record_key', 'quarantined_payload') }}
#}
{% macro quarantine_id(role, record_key, payload) -%}
    {{ text_hash(role ~ " || ' ' || " ~ record_key ~ " || ' ' || " ~ payload) }}
{%- endmacro %}
