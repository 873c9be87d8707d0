{#
Why: points in time sent as a count: Unix time, .NET /Date(ms+0000)/, Excel's days.
Args: text: SQL; format: epoch_s, epoch_ms, dotnet (its offset only says where) or excel.
Usage: {{ counted_timestamp("'/Date(1518685950940+0000)/'", 'dotnet') }}
#}
{% macro counted_timestamp(text, format) -%}
    {%- if format == 'dotnet' -%}
        {%- set milliseconds = cast_or_null(
            first_match(text, '^/Date[(](-?[0-9]{1,15})([+-][0-9]{4})?[)]/$'), 'bigint'
        ) -%}
    {%- elif format == 'epoch_ms' -%}
        {%- set milliseconds = cast_or_null(
            first_match(text, '^(-?[0-9]{1,15})([.]0*)?$'), 'bigint'
        ) -%}
    {%- else -%}
        {%- set number = cast_or_null(
            first_match(text, '^(-?[0-9]{1,11}([.][0-9]{1,12})?)$'), 'decimal(24, 12)'
        ) -%}
        {%- set scale = ' * 1000' if format == 'epoch_s' else ' * 86400000 - 2209161600000' -%}
        {%- set milliseconds = 'cast(round(' ~ number ~ scale ~ ', 0) as bigint)' -%}
    {%- endif -%}
    {{ timestamp_from_epoch(milliseconds) }}
{%- endmacro %}
