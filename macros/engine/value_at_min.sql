{#
Why: an aggregate that gives the value of the row with the smallest order; rows without a value or
order do not count.
Args: value: SQL; order_by: SQL number, unique within the group.
Usage: {{ value_at_min('email', 'email_order') }}
#}
{% macro value_at_min(value, order_by) -%}
    {{ adapter.dispatch('value_at_min', 'goldpan')(value, order_by) }}
{%- endmacro %}

{# https://www.postgresql.org/docs/current/functions-aggregate.html: array_agg … order by. #}
{% macro default__value_at_min(value, order_by) -%}
    (array_agg({{ value }} order by {{ order_by }}) filter (
        where {{ value }} is not null and {{ order_by }} is not null
    ))[1]
{%- endmacro %}

{# https://duckdb.org/docs/stable/sql/functions/aggregates: arg_min leaves out rows with a null. #}
{% macro duckdb__value_at_min(value, order_by) -%}
    arg_min({{ value }}, {{ order_by }})
{%- endmacro %}
