{#
Why: times become numbers that can be ranked together with amounts and priorities.
Args: time: SQL timestamp, UTC.
Usage: {{ epoch_microseconds('changed_at') }}
#}
{% macro epoch_microseconds(time) -%}
    {{ adapter.dispatch('epoch_microseconds', 'goldpan')(time) }}
{%- endmacro %}

{# https://www.postgresql.org/docs/current/functions-datetime.html: extract(epoch) has decimals. #}
{% macro default__epoch_microseconds(time) -%}
    cast(extract(epoch from {{ time }}) * 1000000 as bigint)
{%- endmacro %}

{# https://duckdb.org/docs/stable/sql/functions/timestamp: epoch_us. #}
{% macro duckdb__epoch_microseconds(time) -%}
    epoch_us({{ time }})
{%- endmacro %}
