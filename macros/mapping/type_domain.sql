{#
Why: the host of a web address in lower case, without www.
Args: text: SQL; options: none used.
Usage: - {target: website_domain, source: website, type: domain}
#}
{% macro type_domain(text, options) -%}
    {{ first_match(
        'lower(' ~ text ~ ')',
        '^(?:[a-z][a-z0-9+.-]*:)?(?://)?(?:[^/@\\s]*@)?(?:www[.])?(' ~ host_pattern() ~ ')[.]?(?:[:/?#].*)?$'
    ) }}
{%- endmacro %}
