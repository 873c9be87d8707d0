{#
Why: the first day of a day's month.
Args: day: SQL date.
Usage: {{ month_start('hired_date') }}
#}
{% macro month_start(day) -%}
    {{ adapter.dispatch('month_start', 'goldpan')(day) }}
{%- endmacro %}

{# https://www.postgresql.org/docs/current/functions-datetime.html: date_trunc gives a timestamp. #}
{% macro default__month_start(day) -%}
    cast(date_trunc('month', {{ day }}) as date)
{%- endmacro %}
