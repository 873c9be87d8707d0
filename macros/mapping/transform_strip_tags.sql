{#
Why: HTML mark-up goes, its text stays.
Args: text: SQL.
Usage: - {target: description, source: body_html, transform: strip_tags, type: text}
#}
{% macro transform_strip_tags(text) -%}
    {{ replace_matches(text, '<[^<>]*>', ' ') }}
{%- endmacro %}
