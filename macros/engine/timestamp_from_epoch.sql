{#
Why: milliseconds since 1970 become a UTC timestamp.
Args: milliseconds: SQL bigint.
Usage: {{ timestamp_from_epoch('created_ms') }}
#}
{% macro timestamp_from_epoch(milliseconds) -%}
    {{ adapter.dispatch('timestamp_from_epoch', 'goldpan')(milliseconds) }}
{%- endmacro %}

{# SQL-92, 4.5.3: datetime plus interval. #}
{% macro default__timestamp_from_epoch(milliseconds) -%}
    timestamp '1970-01-01 00:00:00' + ({{ milliseconds }}) * interval '0.001' second
{%- endmacro %}

{# https://duckdb.org/docs/stable/sql/functions/timestamp: make_timestamp_ms. #}
{% macro duckdb__timestamp_from_epoch(milliseconds) -%}
    make_timestamp_ms({{ milliseconds }})
{%- endmacro %}
