{#
Why: engines search for a pattern under different names.
Args: text: SQL; regex: as written in YAML; is_raw: nothing is escaped either way; flags: the engine's.
Usage: {{ dbt_expectations.regex_found('sku', '^[A-Z]+$', false, '') }}
#}
{% macro regex_found(text, regex, is_raw, flags) -%}
    {{ adapter.dispatch('regex_found', 'dbt_expectations')(
        text, regex | replace("'", "''"), flags
    ) }}
{%- endmacro %}

{# https://www.postgresql.org/docs/current/functions-matching.html: the ~ operator. #}
{% macro default__regex_found(text, regex, flags) -%}
    ({{ text }} {{ '~*' if 'i' in flags else '~' }} '{{ regex }}')
{%- endmacro %}

{# https://duckdb.org/docs/stable/sql/functions/regular_expressions #}
{% macro duckdb__regex_found(text, regex, flags) -%}
    regexp_matches({{ text }}, '{{ regex }}'{{ ", '" ~ flags ~ "'" if flags }})
{%- endmacro %}
