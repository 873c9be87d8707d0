{#
Why: a table of a known size.
Args: value, row_condition as in the hub's package; grouping is left out.
Usage: - dbt_expectations.expect_table_row_count_to_equal: {arguments: {value: 9}}
#}
{% test expect_table_row_count_to_equal(model, value, row_condition=none) -%}
    select count(*) as row_count
    from {{ model }}
    {%- if row_condition %}
    where {{ row_condition }}
    {%- endif %}
    having count(*) <> {{ value }}
{%- endtest %}
