{#
Why: an ISO 8601 text with an offset becomes UTC without zone, whatever the session's zone.
Args: text: SQL, written 'YYYY-MM-DD HH:MM:SS[.f]+HH:MM' (always with an offset).
Usage: {{ timestamp_from_text('updated_text') }}
#}
{% macro timestamp_from_text(text) -%}
    {{ adapter.dispatch('timestamp_from_text', 'goldpan')(text) }}
{%- endmacro %}

{# SQL-92, 6.10: timestamp with time zone at time zone UTC. #}
{% macro default__timestamp_from_text(text) -%}
    cast({{ text }} as timestamp with time zone) at time zone 'UTC'
{%- endmacro %}

{# DuckDB 1.5.6: a cast to plain timestamp drops the offset, so it goes through timestamptz. #}
{% macro duckdb__timestamp_from_text(text) -%}
    try_cast({{ text }} as timestamptz) at time zone 'UTC'
{%- endmacro %}
