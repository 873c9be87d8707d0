{#
Why: what a staging model is made from stands in its SQL: a bronze table, or a parent's array.
Args: node: the staging model.
Usage: {% set origin = staging_origin(model) %} gives relation, parent (node, none for streams), key
(the column of the staging table that names the row of the relation) and array (its column)
#}
{% macro staging_origin(node) %}
    {% set array = (node.config.get('meta', {}).get('parent') or {}).get('array') %}
    {% if not array %}
        {{ return({
            'relation': source(*node.sources[0]), 'parent': none, 'key': 'record_id', 'array': none,
        }) }}
    {% endif %}
    {% for unique_id in node.depends_on.nodes if unique_id.split('.')[-1].startswith('stg_') %}
        {% set parent = graph.nodes[unique_id] %}
        {{ return({
            'relation': node_relation(parent), 'parent': parent, 'key': 'parent_record_id',
            'array': array,
        }) }}
    {% endfor %}
{% endmacro %}
