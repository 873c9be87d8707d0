{#
Why: a table gets other contents at one moment for everybody who reads it.
Args: relation; sql: a select statement.
Usage: {{ replace_table(this, compiled_code) }}
#}
{% macro replace_table(relation, sql) -%}
    {{ adapter.dispatch('replace_table', 'goldpan')(relation, sql) }}
{%- endmacro %}

{# https://www.postgresql.org/docs/current/ddl.html: DDL is part of the transaction. #}
{% macro default__replace_table(relation, sql) -%}
    drop table if exists {{ relation }};
    create table {{ relation }} as (
        {{ sql }}
    )
{%- endmacro %}

{# https://duckdb.org/docs/stable/sql/statements/create_table#create-or-replace #}
{% macro duckdb__replace_table(relation, sql) -%}
    create or replace table {{ relation }} as (
        {{ sql }}
    )
{%- endmacro %}
