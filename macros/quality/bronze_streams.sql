{#
Why: the ledger and the drift report know every stream of every system from the declared sources.
Args: none. Empty while dbt parses; a model that uses it names in SQL what it has to wait for.
Usage: {% for one in bronze_streams() %} gives unique_id, system, stream, relation
#}
{% macro bronze_streams() %}
    {% set found = [] %}
    {% for node in (graph.sources.values() if execute else [])
        if node.source_name.startswith('bronze_') and node.source_name != 'bronze_meta' %}
        {% do found.append({
            'unique_id': node.unique_id, 'system': node.source_name[7:], 'stream': node.name,
            'relation': node_relation(node),
        }) %}
    {% endfor %}
    {{ return(found | sort(attribute='system,stream')) }}
{% endmacro %}
