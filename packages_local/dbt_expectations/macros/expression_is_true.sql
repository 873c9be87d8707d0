{#
Why: any rule that one row can be judged by.
Args: expression, row_condition as in the hub's package; grouping is left out.
Usage: - dbt_expectations.expression_is_true: {arguments: {expression: "total >= tax"}}
#}
{% test expression_is_true(model, expression, row_condition=none) -%}
    {{ dbt_expectations.failing_rows(model, expression, row_condition) }}
{%- endtest %}
