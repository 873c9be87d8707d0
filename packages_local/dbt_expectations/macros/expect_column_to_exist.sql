{#
Why: a column that readers rely on is there.
Args: column_name as in the hub's package.
Usage: - dbt_expectations.expect_column_to_exist
#}
{% test expect_column_to_exist(model, column_name) -%}
    {%- set names = adapter.get_columns_in_relation(model) | map(attribute='name') | map('lower') | list
        if execute else [] -%}
    select 1 as missing
    where {{ 'false' if column_name | lower in names else 'true' }}
{%- endtest %}
