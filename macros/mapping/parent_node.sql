{#
Why: a child model is checked against the model that keeps its array.
Args: relation: ref of the parent staging model.
Usage: {% set parent = parent_node(ref('stg_shopify__orders')) %}
#}
{% macro parent_node(relation) %}
    {% for node in graph.nodes.values()
        if node.resource_type == 'model' and (node.alias or node.name) == relation.identifier
        and node.unique_id in model.depends_on.nodes %}
        {{ return(node) }}
    {% endfor %}
    {{ mapping_error(model.name, relation.identifier ~ ' is not one of its parents') }}
{% endmacro %}
