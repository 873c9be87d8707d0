{#
Why: the text that a group of the first match holds; null where nothing matches.
Args: text: SQL; pattern: regular expression with groups; group: which one, from 1.
Usage: {{ first_match('gid', '([0-9]+)$', 1) }}
#}
{% macro first_match(text, pattern, group=1) -%}
    {{ adapter.dispatch('first_match', 'goldpan')(text, pattern | replace("'", "''"), group) }}
{%- endmacro %}

{# https://www.postgresql.org/docs/current/functions-string.html: regexp_match gives an array. #}
{% macro default__first_match(text, pattern, group) -%}
    (regexp_match({{ text }}, '{{ pattern }}'))[{{ group }}]
{%- endmacro %}

{# https://duckdb.org/docs/stable/sql/functions/regular_expressions: no match gives ''. #}
{% macro duckdb__first_match(text, pattern, group) -%}
    nullif(regexp_extract({{ text }}, '{{ pattern }}', {{ group }}), '')
{%- endmacro %}
