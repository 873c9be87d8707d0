{#
Why: one column may not be behind another.
Args: column_A, column_B, or_equal, row_condition as in the hub's package.
Usage: - dbt_expectations.expect_column_pair_values_A_to_be_greater_than_B: {arguments: {column_A: b, column_B: a}}
#}
{% test expect_column_pair_values_A_to_be_greater_than_B(
    model, column_A, column_B, or_equal=false, row_condition=none
) -%}
    {{ dbt_expectations.failing_rows(
        model, column_A ~ (' >= ' if or_equal else ' > ') ~ column_B, row_condition
    ) }}
{%- endtest %}
