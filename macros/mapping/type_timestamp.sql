{#
Why: a point in time in UTC. Without an offset it is UTC, or the wall clock of `timezone`.
Args: text: SQL; options: data_type, format (iso, dmy, mdy, epoch_s, epoch_ms, excel), timezone.
Usage: - {target: ordered_at, source: created_at, type: timestamp}
#}
{% macro type_timestamp(text, options) -%}
    {%- set format = options.format or 'iso' -%}
    {%- if format in ['epoch_s', 'epoch_ms', 'excel'] -%}
        {%- set instant = counted_timestamp(text, format) -%}
        {{ placeholder_to_null(instant, 'timestamp', options.data_type) }}
    {%- elif format == 'iso' -%}
        {%- set instant = iso_timestamp(text, options.timezone) -%}
        {{ placeholder_to_null(instant, 'timestamp', options.data_type) }}
    {%- else -%}
        {%- set wall = date_text(text, format) ~ " || ' ' || " ~ clock_text(text) -%}
        {%- set offset = first_match(text, ':[0-9]{2}(?:[.][0-9]+)? ?([+-][0-9]{2}:?[0-9]{2})$') -%}
        {%- set instant -%}
    case
        when {{ matches(text, ':[0-9]{2} ?(Z|z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})$') }}
            then {{ timestamp_from_text('(' ~ wall ~ " || coalesce(" ~ offset ~ ", '+00:00'))") }}
        else {{ wall_clock_timestamp(wall, options.timezone) }}
    end
        {%- endset -%}
        {{ placeholder_to_null(instant, 'timestamp', options.data_type) }}
    {%- endif -%}
{%- endmacro %}
