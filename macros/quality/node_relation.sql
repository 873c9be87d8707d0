{#
Why: a model or source that is known from dbt's graph is a relation like any that ref gives.
Args: node: of the graph.
Usage: {{ node_relation(node) }}
#}
{% macro node_relation(node) %}
    {{ return(api.Relation.create(
        database=node.database, schema=node.schema,
        identifier=node.identifier or node.alias or node.name
    )) }}
{% endmacro %}
