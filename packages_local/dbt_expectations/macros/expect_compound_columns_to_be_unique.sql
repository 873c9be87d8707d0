{#
Why: a key of several columns.
Args: column_list, quote_columns, ignore_row_if, row_condition as in the hub's package.
Usage: - dbt_expectations.expect_compound_columns_to_be_unique: {arguments: {column_list: [day, channel]}}
#}
{% test expect_compound_columns_to_be_unique(
    model, column_list, quote_columns=false, ignore_row_if='all_values_are_missing', row_condition=none
) -%}
    {%- set words = {
        'all_values_are_missing': 'or', 'any_value_is_missing': 'and', 'never': 'or true or',
    } -%}
    {%- if ignore_row_if not in words -%}
        {{ exceptions.raise_compiler_error('`ignore_row_if` must be one of '
            ~ words.keys() | list ~ '. Got: ' ~ ignore_row_if) }}
    {%- endif -%}
    {%- set columns = [] -%}
    {%- for column in column_list -%}
        {%- do columns.append(adapter.quote(column) if quote_columns else column) -%}
    {%- endfor -%}
    select {{ columns | join(', ') }}
    from {{ model }}
    where
        (
            {%- for column in columns %}
            {{ words[ignore_row_if] if not loop.first }} {{ column }} is not null
            {%- endfor %}
        )
        {%- if row_condition %}
        and {{ row_condition }}
        {%- endif %}
    group by {{ columns | join(', ') }}
    having count(*) > 1
{%- endtest %}
