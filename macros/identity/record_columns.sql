{#
Why: the columns of a staging model in the order of the staging contract, with their types.
Args: entity: singular name; place: for errors.
Usage: {% set columns = record_columns('order', model.name) %}
#}
{% macro record_columns(entity, place) %}
    {% set columns = {
        'record_key': 'text', 'connection': 'text', 'system': 'text', 'stream': 'text',
        'record_id': 'text',
    } %}
    {% do columns.update(entity_columns(entity, place)) %}
    {% do columns.update({
        'custom_fields': 'text', 'is_deleted': 'boolean', 'verdict': 'text', 'reasons': 'text',
        'unreadable_values': 'text', 'field_changed_at': 'text', 'former_values': 'text',
        'version_count': 'bigint', 'quarantined_payload': 'text',
        'changed_at': 'timestamp', 'first_seen_at': 'timestamp', 'extracted_at': 'timestamp',
        'request_id': 'text', '_dlt_load_id': 'text',
    }) %}
    {{ return(columns) }}
{% endmacro %}
