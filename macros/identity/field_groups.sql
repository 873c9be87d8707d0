{#
Why: which fields of an entity survive together is part of its definition (meta.field_groups).
Args: entity: singular name.
Usage: {% set groups = field_groups('customer') %} gives {group: [fields]}
#}
{% macro field_groups(entity) %}
    {% if not execute %}{{ return({}) }}{% endif %}
    {% set groups = {} %}
    {% for node in graph.nodes.values()
            if node.resource_type == 'model' and node.name.endswith('_records') %}
        {% set meta = node.config.get('meta', {}) %}
        {% if meta.get('entity') == entity %}
            {% do groups.update(meta.get('field_groups', {})) %}
        {% endif %}
    {% endfor %}
    {{ return(groups) }}
{% endmacro %}
