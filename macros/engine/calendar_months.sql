{#
Why: one row per month, from the month of one day to the month of another. A whole select statement.
Args: first_day, last_day: SQL expressions of one date each, no columns.
Usage: months as ({{ calendar_months("date '2025-01-15'", as_of_date()) }}) gives month_start_date
#}
{% macro calendar_months(first_day, last_day) -%}
    {{ adapter.dispatch('calendar_months', 'goldpan')(first_day, last_day) }}
{%- endmacro %}

{# https://www.postgresql.org/docs/current/functions-srf.html: generate_series with an interval. #}
{% macro default__calendar_months(first_day, last_day) %}
    select cast(series.month_start as date) as month_start_date
    from generate_series(
        cast({{ month_start(first_day) }} as timestamp),
        cast({{ month_start(last_day) }} as timestamp),
        interval '1' month
    ) as series (month_start)
{% endmacro %}

{# DuckDB 1.5.6: the table function takes constants only, so the list is unnested. #}
{% macro duckdb__calendar_months(first_day, last_day) %}
    select
        cast(unnest(generate_series(
            cast({{ month_start(first_day) }} as timestamp),
            cast({{ month_start(last_day) }} as timestamp),
            interval '1' month
        )) as date) as month_start_date
{% endmacro %}
