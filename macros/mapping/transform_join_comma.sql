{#
Why: address lines in one text.
Args: texts: list of SQL.
Usage: - {target: street, source: [address1, address2], transform: join_comma}
#}
{% macro transform_join_comma(texts) -%}
    {%- set parts = [] -%}
    {%- for text in texts %}{% do parts.append("nullif(trim(" ~ text ~ "), '')") %}{% endfor -%}
    {{ join_texts(parts, ', ') }}
{%- endmacro %}
