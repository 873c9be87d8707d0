{#
Why: every row test is "these rows break this condition"; a condition that is null does not fail.
Args: model: relation; condition: SQL that holds for good rows; row_condition: rows to look at, or none.
Usage: {{ dbt_expectations.failing_rows(model, 'quantity >= 0') }}
#}
{% macro failing_rows(model, condition, row_condition=none) -%}
    select *
    from {{ model }}
    where
        not ({{ condition }})
        {%- if row_condition %}
        and {{ row_condition }}
        {%- endif %}
{%- endmacro %}
