{#
Why: the parts of a matched date in the order that ISO 8601 wants.
Args: text: SQL; pattern: of groups; year, month, day: which; named: month is a name.
Usage: {{ date_of_parts('raw', '^([0-9]+)/([0-9]+)/([0-9]{4})$', 3, 2, 1) }}
#}
{% macro date_of_parts(text, pattern, year, month, day, named=false) -%}
    {{ year_number(first_match(text, pattern, year)) }}
    || '-' || {{ month_number(first_match(text, pattern, month)) if named
        else "lpad(" ~ first_match(text, pattern, month) ~ ", 2, '0')" }}
    || '-' || lpad({{ first_match(text, pattern, day) }}, 2, '0')
{%- endmacro %}
