{#
Why: two nodes that are built side by side cannot both make the table that each writes a line to.
Args: none.
Usage: on-run-start: "{{ make_staging_inputs() }}"
#}
{% macro make_staging_inputs() %}
    {%- if execute and flags.WHICH in ['build', 'run', 'retry', 'seed'] %}
        {%- set inputs = staging_inputs() %}
        {%- do adapter.create_schema(inputs) %}
    create table if not exists {{ inputs }} (node_name varchar(200), inputs varchar(300))
    {%- endif %}
{% endmacro %}
