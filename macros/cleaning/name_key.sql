{#
Why: country and currency names are looked up without case, full stops or stray spaces.
Args: text: SQL.
Usage: {{ name_key('raw_country') }}
#}
{% macro name_key(text) -%}
    trim(upper(replace({{ text }}, '.', '')))
{%- endmacro %}
