{#
Why: true where a text holds the pattern (anchor it with ^ and $ for the whole text).
Args: text: SQL; pattern: regular expression in the syntax that RE2 and POSIX share.
Usage: {{ matches('sku', '^[A-Z]+-[0-9]+$') }}
#}
{% macro matches(text, pattern) -%}
    {{ adapter.dispatch('matches', 'goldpan')(text, pattern | replace("'", "''")) }}
{%- endmacro %}

{# https://www.postgresql.org/docs/current/functions-matching.html: the ~ operator. #}
{% macro default__matches(text, pattern) -%}
    ({{ text }} ~ '{{ pattern }}')
{%- endmacro %}

{# https://duckdb.org/docs/stable/sql/functions/regular_expressions #}
{% macro duckdb__matches(text, pattern) -%}
    regexp_matches({{ text }}, '{{ pattern }}')
{%- endmacro %}
