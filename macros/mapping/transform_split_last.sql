{#
Why: what follows the first word of a name; nothing where there is one word only.
Args: text: SQL.
Usage: - {target: last_name, source: name, transform: split_last}
#}
{% macro transform_split_last(text) -%}
    {{ first_match('trim(' ~ text ~ ')', '^[^\\s]+\\s+(.+)$') }}
{%- endmacro %}
