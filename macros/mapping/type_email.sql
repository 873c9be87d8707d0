{#
Why: one lower-case address; "Name <address>" and mailto: are unpacked, what is no address is unreadable.
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
