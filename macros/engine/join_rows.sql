{#
Why: joins the texts of a group's rows in a stated order.
Args: expression: SQL text; separator: plain text; order_by: SQL.
Usage: {{ join_rows('reason', '; ', 'reason') }}
#}
{% macro join_rows(expression, separator, order_by) -%}
    {{ adapter.dispatch('join_rows', 'goldpan')(
        expression, separator | replace("'", "''"), order_by
    ) }}
{%- endmacro %}

{# https://www.postgresql.org/docs/current/functions-aggregate.html: string_agg … order by. #}
{% macro default__join_rows(expression, separator, order_by) -%}
    string_agg({{ expression }}, '{{ separator }}' order by {{ order_by }})
{%- endmacro %}
