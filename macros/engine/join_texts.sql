{#
Why: joins texts with a separator and leaves the null ones out; null when all are null.
Args: expressions: list of SQL texts; separator: plain text.
Usage: {{ join_texts(['street_1', 'street_2'], ', ') }}
#}
{% macro join_texts(expressions, separator) -%}
    {{ adapter.dispatch('join_texts', 'goldpan')(expressions, separator) }}
{%- endmacro %}

{# https://www.postgresql.org/docs/current/functions-string.html: concat_ws skips nulls. #}
{% macro default__join_texts(expressions, separator) -%}
    nullif(concat_ws('{{ separator | replace("'", "''") }}', {{ expressions | join(', ') }}), '')
{%- endmacro %}
