{#
Why: two spellings of a name compare equal in spite of case, accents, punctuation and spaces.
Args: text: SQL.
Usage: {{ comparable_text('last_name') }}
#}
{% macro comparable_text(text) -%}
    nullif(trim({{ replace_matches(
        'lower(' ~ fold_accents(text) ~ ')', '[[:punct:][:space:]‘’“”–—☀-➿️‍🌀-🫿]+', ' '
    ) }}), '')
{%- endmacro %}
