{#
Why: a mistake in a file that people edit is named by its line.
Args: none; only in a select from one seed. Right for files whose values hold no line breaks.
Usage: select {{ seed_line() }} as line_number, * from {{ ref('must_match') }}
#}
{% macro seed_line() -%}
    {{ adapter.dispatch('seed_line', 'goldpan')() }}
{%- endmacro %}

{# https://www.postgresql.org/docs/current/ddl-system-columns.html: ctid, where the row lies. #}
{% macro default__seed_line() -%}
    row_number() over (order by ctid) + 1
{%- endmacro %}

{# https://duckdb.org/docs/stable/sql/statements/select: rowid, in the order of loading. #}
{% macro duckdb__seed_line() -%}
    row_number() over (order by rowid) + 1
{%- endmacro %}
