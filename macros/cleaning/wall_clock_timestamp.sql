{#
Why: a clock reading without offset is UTC unless the mapping names its zone.
Args: text: SQL 'YYYY-MM-DD HH:MM:SS'; zone: IANA name or none.
Usage: {{ wall_clock_timestamp('raw', 'Europe/Berlin') }}
#}
{% macro wall_clock_timestamp(text, zone=none) -%}
    {%- set instant = timestamp_from_text('(' ~ text ~ " || '+00:00')") -%}
    {{ timestamp_in_zone(instant, zone) if zone else instant }}
{%- endmacro %}
