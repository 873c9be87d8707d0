{#
Why: parts of a name or of a line joined by one blank; missing parts leave no gap.
Args: texts: list of SQL.
Usage: - {target: full_name, source: [first_name, last_name], transform: join_words}
#}
{% macro transform_join_words(texts) -%}
    {%- set parts = [] -%}
    {%- for text in texts %}{% do parts.append("nullif(trim(" ~ text ~ "), '')") %}{% endfor -%}
    {{ join_texts(parts, ' ') }}
{%- endmacro %}
