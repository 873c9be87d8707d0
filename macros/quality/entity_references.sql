{#
Why: a record names others by key; whether those are known says how consistent a system is.
Args: entity: singular name; relation: its records. A list of selects, one per reference.
Usage: {% for select in entity_references('order', ref('orders_records')) %}
#}
{% macro entity_references(entity, relation) %}
    {% set columns = entity_columns(entity, model.name) %}
    {% set selects = [] %}
    {% for column in columns if column.endswith('_record_id') %}
        {% set name = column[:-10] %}
        {% if name ~ '_stream' in columns %}
            {% do selects.append(
                "select '" ~ entity ~ "' as entity, records.connection, records."
                ~ name ~ "_stream as stream, " ~ reference_key('records', name)
                ~ " as referred_key from " ~ relation
                ~ " as records where not records.is_deleted and records." ~ column
                ~ " is not null"
            ) %}
        {% endif %}
    {% endfor %}
    {{ return(selects) }}
{% endmacro %}
