{#
Why: not_null with a condition on which rows count.
Args: column_name, row_condition as in the hub's package.
Usage: - dbt_expectations.expect_column_values_to_not_be_null: {arguments: {row_condition: "is_open"}}
#}
{% test expect_column_values_to_not_be_null(model, column_name, row_condition=none) -%}
    {{ dbt_expectations.failing_rows(model, column_name ~ ' is not null', row_condition) }}
{%- endtest %}
