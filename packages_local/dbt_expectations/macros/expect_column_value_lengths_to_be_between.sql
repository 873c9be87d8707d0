{#
Why: texts neither too short nor too long.
Args: column_name, min_value, max_value, row_condition, strictly as in the hub's package.
Usage: - dbt_expectations.expect_column_value_lengths_to_be_between: {arguments: {max_value: 3}}
#}
{% test expect_column_value_lengths_to_be_between(
    model, column_name, min_value=none, max_value=none, row_condition=none, strictly=false
) -%}
    {{ dbt_expectations.failing_rows(
        model,
        dbt_expectations.bounds('length(' ~ column_name ~ ')', min_value, max_value, strictly),
        row_condition
    ) }}
{%- endtest %}
