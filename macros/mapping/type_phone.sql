{#
Why: E.164. Numbers as dialled at home need `country`; lengths per calling code come from the seeds.
Args: text: SQL; options: dialled (column), home (country_lookup alias), lookup (calling codes).
Usage: - {target: phone, source: phone, type: phone, country: address.country_code}
#}
{% macro type_phone(text, options) -%}
    {%- set international = international_digits(options.dialled, options.home) -%}
    case
        when
            length({{ international }}) - length({{ options.lookup }}.calling_code)
            between {{ options.lookup }}.min_digits and {{ options.lookup }}.max_digits
            and length({{ international }}) <= 15
            and (
                {{ options.lookup }}.calling_code <> '1'
                or {{ matches(international, '^1[2-9][0-9]{2}[2-9][0-9]{6}$') }}
            )
            then '+' || {{ international }}
    end
{%- endmacro %}
