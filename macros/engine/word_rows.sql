{#
Why: one row for each word of a text, for keys that any one word makes.
Args: relation, number: a column that names the row; text: a column of words with one blank between
them. A select statement of the number and the word.
Usage: words as ({{ word_rows(ref('products_numbered'), 'record_number', 'title_key') }})
#}
{% macro word_rows(relation, number, text) -%}
    {{ adapter.dispatch('word_rows', 'goldpan')(relation, number, text) }}
{%- endmacro %}

{# https://www.postgresql.org/docs/current/functions-string.html: string_to_array, unnest. #}
{% macro default__word_rows(relation, number, text) %}
    select {{ number }}, unnest(string_to_array({{ text }}, ' ')) as word
    from {{ relation }}
{% endmacro %}
