{#
Why: a wall-clock timestamp of a named zone becomes UTC.
Args: expression: SQL timestamp without zone; zone: IANA name.
Usage: {{ timestamp_in_zone('opened_at', 'Europe/Berlin') }}
#}
{% macro timestamp_in_zone(expression, zone) -%}
    {{ adapter.dispatch('timestamp_in_zone', 'goldpan')(expression, zone | replace("'", "''")) }}
{%- endmacro %}

{# https://www.postgresql.org/docs/current/functions-datetime.html: at time zone goes both ways. #}
{% macro default__timestamp_in_zone(expression, zone) -%}
    (({{ expression }}) at time zone '{{ zone }}') at time zone 'UTC'
{%- endmacro %}
