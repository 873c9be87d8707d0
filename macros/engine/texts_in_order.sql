{#
Why: an aggregate that joins the texts of a group; null ones are left out.
Args: text: SQL; order_by: SQL, unique within the group; separator: plain text.
Usage: {{ texts_in_order('record_key', 'record_key', ' ') }}
#}
{% macro texts_in_order(text, order_by, separator) -%}
    {{ adapter.dispatch('texts_in_order', 'goldpan')(text, order_by, separator) }}
{%- endmacro %}

{# https://www.postgresql.org/docs/current/functions-aggregate.html: string_agg, as in DuckDB. #}
{% macro default__texts_in_order(text, order_by, separator) -%}
    string_agg({{ text }}, '{{ separator | replace("'", "''") }}' order by {{ order_by }})
{%- endmacro %}
