{#
Why: values that must not appear.
Args: column_name, value_set, quote_values, row_condition as in the hub's package.
Usage: - dbt_expectations.expect_column_values_to_not_be_in_set: {arguments: {value_set: [unknown]}}
#}
{% test expect_column_values_to_not_be_in_set(
    model, column_name, value_set, quote_values=true, row_condition=none
) -%}
    {{ dbt_expectations.failing_rows(
        model, 'not ' ~ dbt_expectations.in_set(column_name, value_set, quote_values), row_condition
    ) }}
{%- endtest %}
