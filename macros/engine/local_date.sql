{#
Why: a vendor's day begins at midnight of its own time zone.
Args: moment: SQL timestamp, UTC; zone: SQL text, an IANA name; null stands for UTC.
Usage: {{ local_date('ordered_at', 'zones.timezone') }} as ordered_date
#}
{% macro local_date(moment, zone) -%}
    {{ adapter.dispatch('local_date', 'goldpan')(moment, zone) }}
{%- endmacro %}

{# https://www.postgresql.org/docs/current/functions-datetime.html: at time zone goes both ways. #}
{% macro default__local_date(moment, zone) -%}
    cast(({{ moment }} at time zone 'UTC') at time zone coalesce({{ zone }}, 'UTC') as date)
{%- endmacro %}
