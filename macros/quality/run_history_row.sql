{#
Why: one run of dbt in one row, in the order of the columns of ops.run_history.
Args: results: of on-run-end.
Usage: {% do append_rows(relation, [run_history_row(results)]) %} gives a list of SQL expressions
#}
{% macro run_history_row(results) %}
    {% set statuses = results | map(attribute='status') | map('string') | list %}
    {% set seconds = (modules.datetime.datetime.now(run_started_at.tzinfo) - run_started_at)
        .total_seconds() %}
    {% set revision = env_var('GOLDPAN_REVISION', '') %}
    {{ return([
        text_literal(invocation_id), text_literal(flags.WHICH),
        text_literal(revision) if revision else 'null', text_literal(target.name),
        text_literal(dbt_version), flags.FULL_REFRESH or false, build_timestamp(),
        seconds | round(3), results | length, statuses | select('equalto', 'error') | list | length,
        statuses | select('equalto', 'fail') | list | length,
        statuses | select('equalto', 'warn') | list | length,
    ]) }}
{% endmacro %}
