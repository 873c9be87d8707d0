{#
Why: a table that should hold about so many rows.
Args: min_value, max_value, row_condition, strictly as in the hub's package; grouping is left out.
Usage: - dbt_expectations.expect_table_row_count_to_be_between: {arguments: {min_value: 1}}
#}
{% test expect_table_row_count_to_be_between(
    model, min_value=none, max_value=none, row_condition=none, strictly=false
) -%}
    select count(*) as row_count
    from {{ model }}
    {%- if row_condition %}
    where {{ row_condition }}
    {%- endif %}
    having not ({{ dbt_expectations.bounds('count(*)', min_value, max_value, strictly) }})
{%- endtest %}
