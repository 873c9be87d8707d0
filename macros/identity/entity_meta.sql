{#
Why: what is peculiar to an entity stands in the meta of its records model and nowhere else.
Args: entity: singular name.
Usage: {% set groups = entity_meta('customer').get('field_groups', {}) %}
#}
{% macro entity_meta(entity) %}
    {% if not execute %}{{ return({}) }}{% endif %}
    {% for unique_id, node in graph.nodes.items() if unique_id[-8:] == '_records' %}
        {% set meta = node.config.get('meta', {}) %}
        {% if meta.get('entity') == entity %}{{ return(meta) }}{% endif %}
    {% endfor %}
    {{ return({}) }}
{% endmacro %}
