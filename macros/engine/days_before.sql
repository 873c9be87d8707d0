{#
Why: a day so many days earlier.
Args: day: SQL date; days: a whole number.
Usage: where ordered_date >= {{ days_before(as_of_date(), 30) }}
#}
{% macro days_before(day, days) -%}
    {{ adapter.dispatch('days_before', 'goldpan')(day, days) }}
{%- endmacro %}

{# https://www.postgresql.org/docs/current/functions-datetime.html: date minus integer is a date. #}
{% macro default__days_before(day, days) -%}
    ({{ day }} - {{ days }})
{%- endmacro %}
