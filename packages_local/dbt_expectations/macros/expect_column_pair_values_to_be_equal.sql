{#
Why: two columns that say the same.
Args: column_A, column_B, row_condition as in the hub's package.
Usage: - dbt_expectations.expect_column_pair_values_to_be_equal: {arguments: {column_A: a, column_B: b}}
#}
{% test expect_column_pair_values_to_be_equal(model, column_A, column_B, row_condition=none) -%}
    {{ dbt_expectations.failing_rows(model, column_A ~ ' = ' ~ column_B, row_condition) }}
{%- endtest %}
