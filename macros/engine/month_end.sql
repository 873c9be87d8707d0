{#
Why: the last day of a day's month.
Args: day: SQL date.
Usage: {{ month_end('month_start_date') }}
#}
{% macro month_end(day) -%}
    {{ adapter.dispatch('month_end', 'goldpan')(day) }}
{%- endmacro %}

{# SQL-92, 6.14: datetime plus and minus intervals. #}
{% macro default__month_end(day) -%}
    cast({{ month_start(day) }} + interval '1' month - interval '1' day as date)
{%- endmacro %}
