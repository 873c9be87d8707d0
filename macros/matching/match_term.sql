{#
Why: a part of a blocking key: a column, or the first letters of one ("family_key:3").
Args: term: text.
Usage: {{ match_term('birth_date:4') }}
#}
{% macro match_term(term) -%}
    {%- set column, _, letters = term.partition(':') -%}
    {%- if letters -%}
        substr(cast({{ column }} as text), 1, {{ letters }})
    {%- else -%}
        cast({{ column }} as text)
    {%- endif -%}
{%- endmacro %}
