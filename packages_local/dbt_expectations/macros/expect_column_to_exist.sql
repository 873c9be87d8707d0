{#
Why: a column that readers rely on is there.
Args: column_name as in the hub's package.
Usage: - dbt_expectations.expect_column_to_exist
#}
{% test expect_column_to_exist(model, column_name) -%}
    {%- set columns = adapter.get_columns_in_relation(model) if execute else [] -%}
    {%- set names = columns | map(attribute='name') | map('lower') | list -%}
    select 1 as missing
    where {{ 'false' if column_name | lower in names else 'true' }}
{%- endtest %}
