{#
Why: which fields of an entity survive into its golden record: all but references and kept ids,
and its custom fields.
Args: entity: singular name; place: for errors; added: {field: data type} worked out in silver.
Usage: {% set fields = golden_fields('customer', model.name, {'owner_employee_id': 'text'}) %}
#}
{% macro golden_fields(entity, place, added={}) %}
    {% if not execute %}{{ return({'record_key': 'text'}) }}{% endif %}
    {% set fields = {} %}
    {% for name, data_type in entity_columns(entity, place).items() %}
        {% if not (name.endswith('_record_id') or name.endswith('_stream')
                or name.startswith('external_') or name in added) %}
            {% do fields.update({name: data_type}) %}
        {% endif %}
    {% endfor %}
    {% do fields.update(added) %}
    {% do fields.update({'custom_fields': 'text'}) %}
    {{ return(fields) }}
{% endmacro %}
