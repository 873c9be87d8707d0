{#
Why: whole days from one day to another; negative when the second is earlier.
Args: earlier, later: SQL dates.
Usage: {{ days_between('due_date', as_of_date()) }}
#}
{% macro days_between(earlier, later) -%}
    {{ adapter.dispatch('days_between', 'goldpan')(earlier, later) }}
{%- endmacro %}

{# https://www.postgresql.org/docs/current/functions-datetime.html: date minus date is days. #}
{% macro default__days_between(earlier, later) -%}
    (cast({{ later }} as date) - cast({{ earlier }} as date))
{%- endmacro %}

{# https://duckdb.org/docs/stable/sql/functions/date: date_diff counts boundaries crossed. #}
{% macro duckdb__days_between(earlier, later) -%}
    date_diff('day', cast({{ earlier }} as date), cast({{ later }} as date))
{%- endmacro %}
