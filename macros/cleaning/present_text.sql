{#
Why: the ways in which systems write "nothing": '', blanks and, for dates, 0000-00-00 and year 1.
Args: text: SQL; type: the mapping type.
Usage: {{ present_text('fields[1]', 'date') }}
#}
{% macro present_text(text, type) -%}
    {%- if type in ['date', 'timestamp'] -%}
    case
        when {{ text }} like '0000-00-00%' or {{ text }} like '0001-01-01%' then null
        else nullif(trim({{ text }}), '')
    end
    {%- elif type == 'list' -%}
    nullif(nullif(trim({{ text }}), ''), '[]')
    {%- else -%}
    nullif(trim({{ text }}), '')
    {%- endif -%}
{%- endmacro %}
