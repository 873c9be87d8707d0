{#
Why: the part after the first comma (the first name of "Last, First"); else the whole.
Args: text: SQL.
Usage: - {target: first_name, source: displayName, transform: after_comma}
#}
{% macro transform_after_comma(text) -%}
    coalesce({{ first_match(text, '^[^,]*,(.*)$') }}, {{ text }})
{%- endmacro %}
