{#
Why: a text that does not fit the type becomes null instead of ending the build.
Args: expression: SQL; data_type: the type's name.
Usage: {{ cast_or_null('raw_total', 'decimal(18, 4)') }}
#}
{% macro cast_or_null(expression, data_type) -%}
    {{ adapter.dispatch('cast_or_null', 'goldpan')(expression, data_type) }}
{%- endmacro %}

{# Standard SQL has no such cast; callers test the form first, so a plain cast holds. #}
{% macro default__cast_or_null(expression, data_type) -%}
    cast({{ expression }} as {{ data_type }})
{%- endmacro %}

{# https://duckdb.org/docs/stable/sql/expressions/cast: try_cast. #}
{% macro duckdb__cast_or_null(expression, data_type) -%}
    try_cast({{ expression }} as {{ data_type }})
{%- endmacro %}
