{#
Why: prose and names from web forms: HTML entities become characters, runs of white space one blank.
Args: text: SQL; options: none used.
Usage: - {target: product_title, source: title, type: text}
#}
{% macro type_text(text, options) -%}
    {%- set blanks = '[\\s\u00a0\\x00-\\x1f]+' -%}
    nullif(trim({{ replace_matches(transform_unescape_html(text), blanks, ' ') }}), '')
{%- endmacro %}
