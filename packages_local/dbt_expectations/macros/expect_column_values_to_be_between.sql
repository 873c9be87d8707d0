{#
Why: numbers, dates and times within a range.
Args: column_name; min_value, max_value, row_condition, strictly as in the hub's package.
Usage: - dbt_expectations.expect_column_values_to_be_between: {arguments: {min_value: 0}}
#}
{% test expect_column_values_to_be_between(
    model, column_name, min_value=none, max_value=none, row_condition=none, strictly=false
) -%}
    {{ dbt_expectations.failing_rows(
        model, dbt_expectations.bounds(column_name, min_value, max_value, strictly), row_condition
    ) }}
{%- endtest %}
