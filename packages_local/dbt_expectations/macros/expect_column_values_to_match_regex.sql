{#
Why: texts of a known form.
Args: column_name, regex, row_condition, is_raw and flags as in the hub's package.
Usage: - dbt_expectations.expect_column_values_to_match_regex: {arguments: {regex: "^[A-Z]{2}$"}}
#}
{% test expect_column_values_to_match_regex(
    model, column_name, regex, row_condition=none, is_raw=false, flags=''
) -%}
    {{ dbt_expectations.failing_rows(
        model, dbt_expectations.regex_found(column_name, regex, is_raw, flags), row_condition
    ) }}
{%- endtest %}
