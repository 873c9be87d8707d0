{#
Why: one row per day, from one day to the day before another. A whole select statement.
Args: first_day, end_day: SQL expressions of one date each, no columns.
Usage: days as ({{ calendar_days("date '2025-01-15'", as_of_date()) }}) gives calendar_date
#}
{% macro calendar_days(first_day, end_day) -%}
    {{ adapter.dispatch('calendar_days', 'goldpan')(first_day, end_day) }}
{%- endmacro %}

{# https://www.postgresql.org/docs/current/functions-srf.html: generate_series with an interval. #}
{% macro default__calendar_days(first_day, end_day) %}
    select cast(series.calendar_day as date) as calendar_date
    from generate_series(
        cast({{ first_day }} as timestamp),
        cast({{ end_day }} as timestamp) - interval '1' day,
        interval '1' day
    ) as series (calendar_day)
{% endmacro %}

{# https://duckdb.org/docs/stable/sql/functions/list: range leaves its end out. #}
{% macro duckdb__calendar_days(first_day, end_day) %}
    select
        cast(unnest(range(
            cast({{ first_day }} as timestamp),
            cast({{ end_day }} as timestamp),
            interval '1' day
        )) as date) as calendar_date
{% endmacro %}
