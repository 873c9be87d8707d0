{#
Why: a long text is compared and written down by a short one of 32 hexadecimal digits.
Args: text: SQL.
Usage: {{ text_hash("record_key || ' ' || customer_id") }}
#}
{% macro text_hash(text) -%}
    {{ adapter.dispatch('text_hash', 'goldpan')(text) }}
{%- endmacro %}

{# https://www.postgresql.org/docs/current/functions-string.html: md5; DuckDB's is the same. #}
{% macro default__text_hash(text) -%}
    md5({{ text }})
{%- endmacro %}
