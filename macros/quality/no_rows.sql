{#
Why: a select over what dbt's graph names must stand while the graph is still empty.
Args: columns: {name: data type}. A select statement without rows.
Usage: {{ no_rows({'system': 'text', 'version_count': 'bigint'}) }}
#}
{% macro no_rows(columns) -%}
    select
        {%- for column, data_type in columns.items() %}
        cast(null as {{ data_type }}) as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    where false
{%- endmacro %}
