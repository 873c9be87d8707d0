{#
Why: which share of the words of two texts they have in common (Jaccard), 0 to 1.
Args: first, second: SQL texts of words with one blank between them.
Usage: {{ shared_words('l.name_key', 'r.name_key') }} >= 0.5
#}
{% macro shared_words(first, second) -%}
    {{ adapter.dispatch('shared_words', 'goldpan')(first, second) }}
{%- endmacro %}

{# SQL:1999 arrays; https://www.postgresql.org/docs/current/functions-array.html. #}
{% macro default__shared_words(first, second) -%}
    (select count(*) filter (where one.word = other.word)
        / cast(greatest(count(distinct one.word) + count(distinct other.word)
            - count(*) filter (where one.word = other.word), 1) as numeric(9, 4))
    from unnest(string_to_array({{ first }}, ' ')) as one (word)
    cross join unnest(string_to_array({{ second }}, ' ')) as other (word))
{%- endmacro %}

{# https://duckdb.org/docs/stable/sql/functions/list: list_intersect, list_distinct. #}
{% macro duckdb__shared_words(first, second) -%}
    {%- set one = "string_split(" ~ first ~ ", ' ')" -%}
    {%- set other = "string_split(" ~ second ~ ", ' ')" -%}
    (len(list_intersect({{ one }}, {{ other }}))
        / len(list_distinct(list_concat({{ one }}, {{ other }}))))
{%- endmacro %}
