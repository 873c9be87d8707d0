{#
Why: a table that shrinks or doubles from run to run is seen by its rows.
Args: results: of on-run-end.
Usage: {% set counts = run_row_counts(results) %} gives {unique_id: rows} of the tables built
#}
{% macro run_row_counts(results) %}
    {% set counted = [] %}
    {% for result in results %}
        {% set node = result.node %}
        {% if node.resource_type in ['model', 'seed', 'snapshot']
            and result.status | string == 'success' and node.config.materialized != 'view' %}
            {% do counted.append(
                'select ' ~ text_literal(node.unique_id) ~ ' as node_id, count(*) as row_count from '
                ~ node_relation(node)
            ) %}
        {% endif %}
    {% endfor %}
    {% set counts = {} %}
    {% if counted %}
        {% for node_id, row_count in run_query(counted | join(' union all ')).rows %}
            {% do counts.update({node_id: row_count | int}) %}
        {% endfor %}
    {% endif %}
    {{ return(counts) }}
{% endmacro %}
