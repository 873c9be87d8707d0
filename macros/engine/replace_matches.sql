{#
Why: replaces every match of a pattern.
Args: text: SQL; pattern: regular expression; replacement: plain text, groups as \1.
Usage: {{ replace_matches('phone', '[^0-9]', '') }}
#}
{% macro replace_matches(text, pattern, replacement='') -%}
    {{ adapter.dispatch('replace_matches', 'goldpan')(
        text, pattern | replace("'", "''"), replacement | replace("'", "''")
    ) }}
{%- endmacro %}

{# https://www.postgresql.org/docs/current/functions-string.html: flag g replaces all. #}
{% macro default__replace_matches(text, pattern, replacement) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '{{ replacement }}', 'g')
{%- endmacro %}
