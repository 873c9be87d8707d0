{#
Why: one lower-case address, also out of "Name <address>" and mailto:.
Args: text: SQL; options: none used.
Usage: - {target: email, source: email, type: email}
#}
{% macro type_email(text, options) -%}
    {%- set atom = '[^\\s\\x00-\\x1f"(),:;<>@[\\\\\\].]+' -%}
    {{ first_match(
        'lower(' ~ text ~ ')',
        '^(?:[^<>]*<|mailto:)?(' ~ atom ~ '(?:[.]' ~ atom ~ ')*@' ~ host_pattern() ~ ')>?$'
    ) }}
{%- endmacro %}
