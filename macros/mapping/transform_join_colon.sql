{#
Why: the record id of a record whose key has several parts is these parts joined by a colon.
Args: texts: list of SQL; nothing when a part is missing.
Usage: - {target: customer_record_id, source: [list_id, id], transform: join_colon}
#}
{% macro transform_join_colon(texts) -%}
    {%- set parts = [] -%}
    {%- for text in texts %}{% do parts.append("nullif(trim(" ~ text ~ "), '')") %}{% endfor -%}
    {{ parts | join(" || ':' || ") }}
{%- endmacro %}
