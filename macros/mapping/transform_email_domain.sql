{#
Why: the domain of an e-mail address.
Args: text: SQL.
Usage: - {target: website_domain, source: email, transform: email_domain}
#}
{% macro transform_email_domain(text) -%}
    lower({{ first_match(text, '@([^@\\s>]+)') }})
{%- endmacro %}
