{#
Why: what became of each node of a run, in the order of the columns of ops.run_results.
Args: results: of on-run-end.
Usage: {% do append_rows(relation, run_result_rows(results)) %} gives lists of SQL expressions
#}
{% macro run_result_rows(results) %}
    {% set counts = run_row_counts(results) %}
    {% set rows = [] %}
    {% for result in results %}
        {% set is_good = result.status | string in ['success', 'pass'] %}
        {% do rows.append([
            text_literal(invocation_id), text_literal(result.node.unique_id),
            text_literal(result.node.resource_type), text_literal(result.node.name),
            text_literal(result.status), result.failures if result.failures is not none else 'null',
            result.execution_time | round(3), counts.get(result.node.unique_id, 'null'),
            'null' if is_good else text_literal((result.message or '')[:500]),
        ]) %}
    {% endfor %}
    {{ return(rows) }}
{% endmacro %}
