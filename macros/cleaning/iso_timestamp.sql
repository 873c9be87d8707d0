{#
Why: ISO 8601 as vendors vary it (blank for T, +0000, no zone, a day only), and .NET's /Date()/.
Args: text: SQL; zone: IANA name of clocks without an offset, or none for UTC.
Usage: {{ iso_timestamp('raw__ordered_at') }}
#}
{% macro iso_timestamp(text, zone=none) -%}
    {%- set day = '^[0-9]{4}-[0-9]{2}-[0-9]{2}' -%}
    {%- set clock = '[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?' -%}
    {%- set full_clock = '[T ][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?' -%}
    {%- set offset = '([+-][0-9]{2}(?::?[0-9]{2})?)$' -%}
    {%- set rebuilt = 'substr(' ~ text ~ ", 1, 10) || ' ' || " ~ clock_text(text) -%}
    case
        when {{ matches(text, day ~ full_clock ~ '(Z|[+-][0-9]{2}:?[0-9]{2})$') }}
            then {{ timestamp_from_text(text) }}
        when {{ matches(text, day ~ clock ~ ' ?' ~ '(Z|z|UTC|GMT|[+-][0-9]{2}(:?[0-9]{2})?)$') }}
            then {{ timestamp_from_text(
                '(' ~ rebuilt ~ ' || coalesce('
                ~ first_match('substr(' ~ text ~ ', 17)', offset) ~ ", '+00:00'))"
            ) }}
        when {{ matches(text, day ~ '(' ~ clock ~ ')?$') }}
            then {{ wall_clock_timestamp(rebuilt, zone) }}
        when {{ text }} like '/Date(%' then {{ counted_timestamp(text, 'dotnet') }}
    end
{%- endmacro %}
