{#
Why: whether anything in a row changed is seen by one number; two rows rarely share one.
Args: relation: alias of the row's relation.
Usage: {{ row_fingerprint('listed') }} as content_number
#}
{% macro row_fingerprint(relation) -%}
    {{ adapter.dispatch('row_fingerprint', 'goldpan')(relation) }}
{%- endmacro %}

{# https://www.postgresql.org/docs/release/14.0/: hash_record_extended gives 64 bits. #}
{% macro default__row_fingerprint(relation) -%}
    hash_record_extended({{ relation }}, 0)
{%- endmacro %}

{# https://duckdb.org/docs/stable/sql/functions/utility: hash gives 64 bits without a sign. #}
{% macro duckdb__row_fingerprint(relation) -%}
    cast(hash({{ relation }}) // 2 as bigint)
{%- endmacro %}
