{#
Why: the host of a web address in lower case, without www.
Args: text: SQL; options: none used.
Usage: - {target: website_domain, source: website, type: domain}
#}
{% macro type_domain(text, options) -%}
    {%- set before = '^(?:[a-z][a-z0-9+.-]*:)?(?://)?(?:[^/@\\s]*@)?(?:www[.])?' -%}
    {{ first_match(
        'lower(' ~ text ~ ')', before ~ '(' ~ host_pattern() ~ ')[.]?(?:[:/?#].*)?$'
    ) }}
{%- endmacro %}
