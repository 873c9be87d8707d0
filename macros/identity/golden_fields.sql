{#
Why: which fields of an entity survive into its golden record: all but kept ids, with references as
golden ids (meta.golden_references: {golden field: reference}) and the custom fields.
Args: entity: singular name; place: for errors.
Usage: {% set fields = golden_fields('customer', model.name) %} gives {field: data type}
#}
{% macro golden_fields(entity, place) %}
    {% if not execute %}{{ return({'record_key': 'text'}) }}{% endif %}
    {% set fields = {} %}
    {% for name, data_type in entity_columns(entity, place).items() %}
        {% if not (name.endswith('_record_id') or name.endswith('_stream')
                or name.startswith('external_')) %}
            {% do fields.update({name: data_type}) %}
        {% endif %}
    {% endfor %}
    {% do fields.update({'custom_fields': 'text'}) %}
    {% for name in entity_meta(entity).get('golden_references', {}) %}
        {% do fields.update({name: 'text'}) %}
    {% endfor %}
    {{ return(fields) }}
{% endmacro %}
