{#
Why: the day that a text names, as YYYY-MM-DD; else null. Zone and clock do not count.
Args: text: SQL; format: iso, dmy (31/12/2024), mdy (12/31/2024); these two read month names.
Usage: {{ date_text('raw_date', 'dmy') }}
#}
{% macro date_text(text, format='iso') -%}
    {%- set year_first = '^([0-9]{4})[/.-]?([0-9]{2})[/.-]?([0-9]{2})($|[T ])' -%}
    {%- set numbers = '([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4}|[0-9]{2})($|[ ,T])' -%}
    {%- set day = '([0-9]{1,2})(?:st|nd|rd|th)?' -%}
    {%- set name = '([A-Za-z]{3,9})[.]?' -%}
    {%- set day_name = day ~ '[ -]' ~ name ~ ',?[ -]([0-9]{4}|[0-9]{2})($|[ ,])' -%}
    {%- set name_day = name ~ ' ' ~ day ~ ',? ([0-9]{4})($|[ ,])' -%}
    case
        when {{ matches(text, '^[0-9]{4}-[0-9]{2}-[0-9]{2}($|[T ])') }}
            then substr({{ text }}, 1, 10)
        when {{ matches(text, year_first) }}
            then {{ replace_matches(
                'substr(' ~ text ~ ', 1, 10)', year_first ~ '?.*', '\\1-\\2-\\3'
            ) }}
        {%- if format == 'dmy' %}
        when {{ matches(text, '^' ~ numbers) }} then {{ date_of_parts(text, numbers, 3, 2, 1) }}
        {%- elif format == 'mdy' %}
        when {{ matches(text, '^' ~ numbers) }} then {{ date_of_parts(text, numbers, 3, 1, 2) }}
        {%- endif %}
        {%- if format != 'iso' %}
        when {{ matches(text, day_name) }}
            then {{ date_of_parts(text, day_name, 3, 2, 1, named=true) }}
        when {{ matches(text, name_day) }}
            then {{ date_of_parts(text, name_day, 3, 1, 2, named=true) }}
        {%- endif %}
    end
{%- endmacro %}
