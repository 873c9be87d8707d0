{#
Why: the YAML of the silver model `<entities>_records` is the entity's definition.
Args: entity: singular name; place: for errors.
Usage: {% set columns = entity_columns('order', model.name) %} gives {column: data type}, in order.
#}
{% macro entity_columns(entity, place) %}
    {% set contract = mapping_vocabulary().contract_columns %}
    {% set known = [] %}
    {% set columns = {} %}
    {% for unique_id, node in graph.nodes.items() if unique_id[-8:] == '_records' %}
        {% set name = node.config.get('meta', {}).get('entity') %}
        {% do known.append(name) %}
        {% if name == entity %}
            {% for column in node.columns.values() if column.name not in contract %}
                {% if not column.data_type %}
                    {{ mapping_error(node.name, 'column ' ~ column.name ~ ' has no data_type') }}
                {% endif %}
                {% do columns.update({column.name: column.data_type}) %}
            {% endfor %}
        {% endif %}
    {% endfor %}
    {% if not columns %}
        {{ mapping_error(place, 'no entity ' ~ entity ~ ' is defined. Known: '
            ~ known | select | sort | join(', ')) }}
    {% endif %}
    {{ return(columns) }}
{% endmacro %}
