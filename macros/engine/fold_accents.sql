{#
Why: a letter with an accent becomes the plain letter.
Args: text: SQL.
Usage: {{ fold_accents('city') }}
#}
{% macro fold_accents(text) -%}
    {{ adapter.dispatch('fold_accents', 'goldpan')(text) }}
{%- endmacro %}

{# https://www.postgresql.org/docs/current/functions-string.html: translate, letter by letter. #}
{% macro default__fold_accents(text) -%}
    translate(
        lower({{ text }}),
        'áàâäãåāăąçćčďđéèêëēěęğíìîïīıłľñńňóòôöõøōőřśšşťţúùûüūůűýÿžźż',
        'aaaaaaaaacccddeeeeeeegiiiiiillnnnoooooooorsssttuuuuuuuyyzzz'
    )
{%- endmacro %}

{# https://duckdb.org/docs/stable/sql/functions/text: strip_accents. #}
{% macro duckdb__fold_accents(text) -%}
    strip_accents({{ text }})
{%- endmacro %}
