{#
Why: what dbt did and found is history, not a file that the next run overwrites.
Args: results: of on-run-end. Appends to ops.run_history and ops.run_results; before those are built,
and for commands that build nothing, it does nothing. The git revision is GOLDPAN_REVISION, if set.
Usage: on-run-end: "{{ keep_run_history(results) }}"
#}
{% macro keep_run_history(results) %}
    {% if not execute or flags.WHICH not in ['build', 'run', 'test', 'seed', 'snapshot', 'retry'] %}
        {{ return('') }}
    {% endif %}
    {% set found = {} %}
    {% for node in graph.nodes.values()
        if node.resource_type == 'model' and node.name in ['run_history', 'run_results'] %}
        {% do found.update({node.name: load_relation(node_relation(node))}) %}
    {% endfor %}
    {% if results | length == 0 or not found.run_history or not found.run_results %}
        {{ return('') }}
    {% endif %}
    {% do append_rows(found.run_history, [run_history_row(results)]) %}
    {% do append_rows(found.run_results, run_result_rows(results)) %}
    {{ return('') }}
{% endmacro %}
