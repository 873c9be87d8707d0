{#
Why: how alike two texts are, 0 to 1, with more weight on their beginnings.
Args: first, second: SQL texts.
Usage: {{ text_similarity('l.family_key', 'r.family_key') }} >= 0.92
#}
{% macro text_similarity(first, second) -%}
    {{ adapter.dispatch('text_similarity', 'goldpan')(first, second) }}
{%- endmacro %}

{# https://www.postgresql.org/docs/current/fuzzystrmatch.html: no Jaro-Winkler there. #}
{% macro default__text_similarity(first, second) -%}
    (1 - levenshtein({{ first }}, {{ second }})
        / cast(greatest(length({{ first }}), length({{ second }}), 1) as numeric(9, 4)))
{%- endmacro %}

{# https://duckdb.org/docs/stable/sql/functions/text: jaro_winkler_similarity. #}
{% macro duckdb__text_similarity(first, second) -%}
    jaro_winkler_similarity({{ first }}, {{ second }})
{%- endmacro %}
