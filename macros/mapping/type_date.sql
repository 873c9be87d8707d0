{#
Why: a day, as written: a zone does not move it.
Args: text: SQL; options: data_type, format (iso, dmy, mdy, epoch_s, epoch_ms, excel).
Usage: - {target: due_date, source: DueDate, type: date}
#}
{% macro type_date(text, options) -%}
    {%- set format = options.format or 'iso' -%}
    {%- if format in ['epoch_s', 'epoch_ms', 'excel'] -%}
        {%- set day = 'cast(' ~ counted_timestamp(text, format) ~ ' as date)' -%}
    {%- else -%}
        {%- set day -%}
    case
        when {{ text }} like '/Date(%' then cast({{ counted_timestamp(text, 'dotnet') }} as date)
        else {{ cast_or_null(date_text(text, format), 'date') }}
    end
        {%- endset -%}
    {%- endif -%}
    {{ placeholder_to_null(day, 'date', options.data_type) }}
{%- endmacro %}
