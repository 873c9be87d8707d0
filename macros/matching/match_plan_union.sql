{#
Why: each plan of an entity gives a part of the same table.
Args: selects: {plan name: whole select statement}. One select statement.
Usage: {{ match_plan_union(selects) }}
#}
{% macro match_plan_union(selects) -%}
    {%- for name, select in selects.items() %}
    select * from ({{ select }}) as {{ name }}_part
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
