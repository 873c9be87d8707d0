{#
Why: the first source that holds anything.
Args: texts: list of SQL.
Usage: - {target: phone, source: [mobile_phone, phone], transform: first_of}
#}
{% macro transform_first_of(texts) -%}
    {%- set parts = [] -%}
    {%- for text in texts %}{% do parts.append("nullif(trim(" ~ text ~ "), '')") %}{% endfor -%}
    coalesce({{ parts | join(', ') }})
{%- endmacro %}
