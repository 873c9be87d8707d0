{#
Why: a number as dialled at home gets its country's code; one that already has it keeps it.
Args: dialled: SQL of dialled_digits; home: alias of a country_lookup row, or none.
Usage: {{ international_digits('dialled', 'home') }}
#}
{% macro international_digits(dialled, home=none) -%}
    case
        when {{ dialled }} like '+%' then substr({{ dialled }}, 2)
        {%- if home %}
        when
            {{ dialled }} like {{ home }}.trunk_prefix || '%'
            and length({{ dialled }}) - length({{ home }}.trunk_prefix) >= {{ home }}.min_digits
            then {{ home }}.calling_code
                || substr({{ dialled }}, length({{ home }}.trunk_prefix) + 1)
        when
            {{ dialled }} like {{ home }}.calling_code || '%'
            and length({{ dialled }}) - length({{ home }}.calling_code)
            between {{ home }}.min_digits and {{ home }}.max_digits
            and (
                length({{ dialled }}) > {{ home }}.max_digits
                or {{ home }}.trunk_prefix <> {{ home }}.calling_code
            )
            then {{ dialled }}
        else {{ home }}.calling_code || {{ dialled }}
        {%- endif %}
    end
{%- endmacro %}
