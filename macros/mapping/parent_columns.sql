{#
Why: what a child may take from its parent's row.
Args: parent: node of the parent staging model.
Usage: {% set available = parent_columns(parent) %}
#}
{% macro parent_columns(parent) %}
    {% set contract = [
        'record_key', 'connection', 'stream', 'record_id', 'changed_at', 'first_seen_at',
    ] %}
    {{ return(contract + entity_columns(parent.config.meta.entity, parent.name).keys() | list) }}
{% endmacro %}
