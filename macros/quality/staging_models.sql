{#
Why: what each staging model is made of and what becomes of it, from dbt's graph.
Args: none. Empty while dbt parses.
Usage: {% for one in staging_models() %} gives name, entity, system, stream, node, relation, bronze
(of bronze_streams, none for parts), parent (node, none for streams) and is_read (by its entity)
#}
{% macro staging_models() %}
    {% set streams = {} %}
    {% for one in bronze_streams() %}{% do streams.update({one.unique_id: one}) %}{% endfor %}
    {% set nodes = {} %}
    {% set read = [] %}
    {% for node in (graph.nodes.values() if execute else []) if node.resource_type == 'model' %}
        {% if node.name.startswith('stg_') %}
            {% do nodes.update({node.unique_id: node}) %}
        {% elif node.name.endswith('_records') %}
            {% do read.extend(node.depends_on.nodes) %}
        {% endif %}
    {% endfor %}
    {% set found = [] %}
    {% for unique_id, node in nodes.items() %}
        {% set above = node.depends_on.nodes %}
        {% set bronze = streams.get(above | select('in', streams) | first) %}
        {% set name = node.name[4:].split('__') %}
        {% do found.append({
            'name': node.name, 'entity': node.config.meta.entity, 'system': name[0],
            'stream': bronze.stream if bronze else name[-1], 'node': node, 'bronze': bronze,
            'parent': none if bronze else nodes[above | select('in', nodes) | first],
            'relation': node_relation(node),
            'is_read': unique_id in read,
        }) %}
    {% endfor %}
    {{ return(found | sort(attribute='name')) }}
{% endmacro %}
