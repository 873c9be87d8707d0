{#
Why: the first word of a name kept in one field.
Args: text: SQL.
Usage: - {target: first_name, source: name, transform: split_first}
#}
{% macro transform_split_first(text) -%}
    {{ first_match('trim(' ~ text ~ ')', '^([^\\s]+)') }}
{%- endmacro %}
