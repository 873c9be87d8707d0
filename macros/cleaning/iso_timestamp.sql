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
    {%- set named_zone = '(Z|z|UTC|GMT|[+-][0-9]{2}(:?[0-9]{2})?)' -%}
    {%- set seconds = first_match(text, '^.{16}(:[0-9]{2}([.][0-9]{1,6})?)') -%}
    {%- set rebuilt -%}
        substr({{ text }}, 1, 10) || ' '
        || coalesce(nullif(substr({{ text }}, 12, 5), ''), '00:00') || coalesce({{ seconds }}, ':00')
    {%- endset -%}
    {%- set offset_text = first_match('substr(' ~ text ~ ', 17)', offset) -%}
    case
        when {{ matches(text, day ~ full_clock ~ '(Z|[+-][0-9]{2}:?[0-9]{2})$') }}
            then {{ timestamp_from_text(text) }}
        {%- if zone %}
        when {{ matches(text, day ~ '(' ~ clock ~ ')?$') }}
            then {{ wall_clock_timestamp(rebuilt, zone) }}
        {%- endif %}
        when {{ matches(text, day ~ '(' ~ clock ~ '( ?' ~ named_zone ~ ')?)?$') }}
            then {{ timestamp_from_text(
                '(' ~ rebuilt ~ ' || coalesce(' ~ offset_text ~ ", '+00:00'))"
            ) }}
        when {{ text }} like '/Date(%' then {{ counted_timestamp(text, 'dotnet') }}
    end
{%- endmacro %}
