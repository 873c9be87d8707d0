{#
Why: joins on long keys are several times faster on a whole number; two texts rarely share one, and
then the pair is only compared for nothing.
Args: text: SQL.
Usage: {{ text_number('block_key') }}
#}
{% macro text_number(text) -%}
    {{ adapter.dispatch('text_number', 'goldpan')(text) }}
{%- endmacro %}

{# https://www.postgresql.org/docs/current/functions-info.html: hashtextextended gives 64 bits. #}
{% macro default__text_number(text) -%}
    hashtextextended({{ text }}, 0)
{%- endmacro %}

{# https://duckdb.org/docs/stable/sql/functions/utility: hash gives 64 bits without a sign. #}
{% macro duckdb__text_number(text) -%}
    cast(hash({{ text }}) // 2 as bigint)
{%- endmacro %}
