{#
Why: whether one text becomes another when at most some letters are put in, left out, replaced or
swapped with their neighbour.
Args: first, second: SQL texts; at_most: a whole number.
Usage: when {{ text_edits('l.email_key', 'r.email_key', 1) }} then …
#}
{% macro text_edits(first, second, at_most) -%}
    {{ adapter.dispatch('text_edits', 'goldpan')(first, second, at_most) }}
{%- endmacro %}

{# https://www.postgresql.org/docs/current/fuzzystrmatch.html: levenshtein_less_equal stops early;
   there a swap counts as two edits. #}
{% macro default__text_edits(first, second, at_most) -%}
    (levenshtein_less_equal({{ first }}, {{ second }}, {{ at_most }}) <= {{ at_most }})
{%- endmacro %}

{# https://duckdb.org/docs/stable/sql/functions/text: damerau_levenshtein counts a swap as one, and
   costs four times levenshtein, which counts it as two. #}
{% macro duckdb__text_edits(first, second, at_most) -%}
    (abs(length({{ first }}) - length({{ second }})) <= {{ at_most }}
        and levenshtein({{ first }}, {{ second }}) <= 2 * {{ at_most }}
        and damerau_levenshtein({{ first }}, {{ second }}) <= {{ at_most }})
{%- endmacro %}
