{#
Why: some systems merge duplicates themselves; two records of theirs are two things.
Args: records: alias of the records; streams: those systems' streams, as connection/stream. SQL of
the stream's name, null for other streams.
Usage: {{ kept_once('records', var('customers_kept_once')) }} as kept_once_stream
#}
{% macro kept_once(records, streams) -%}
    {%- if streams -%}
    case
        when
            {{ records }}.connection || '/' || {{ records }}.stream
            in ({% for stream in streams %}{{ text_literal(stream) }}{{ ', ' if not loop.last }}{% endfor %})
            then {{ records }}.connection || '/' || {{ records }}.stream
    end
    {%- else -%}
    cast(null as text)
    {%- endif -%}
{%- endmacro %}
