{#
Why: the part before the first comma (the last name of "Last, First"); else nothing.
Args: text: SQL.
Usage: - {target: last_name, source: displayName, transform: before_comma}
#}
{% macro transform_before_comma(text) -%}
    {{ first_match(text, '^([^,]*),') }}
{%- endmacro %}
