{#
Why: a +tag, and dots at Gmail, lead to the same mailbox.
Args: email: SQL of a valid address.
Usage: {{ comparable_email('email') }}
#}
{% macro comparable_email(email) -%}
    {%- set plain = replace_matches('lower(' ~ email ~ ')', '[+][^@]*@', '@') -%}
    {%- set at_gmail = matches(plain, '@(gmail|googlemail)[.]com$') -%}
    case
        when {{ at_gmail }}
            then replace({{ first_match(plain, '^([^@]+)@', 1) }}, '.', '') || '@gmail.com'
        else {{ plain }}
    end
{%- endmacro %}
