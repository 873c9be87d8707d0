{#
Why: two-digit years: 00 to 68 are 20xx, 69 to 99 are 19xx (POSIX strptime, %y).
Args: year: SQL text of two or four digits.
Usage: {{ year_number("'24'") }} gives '2024'
#}
{% macro year_number(year) -%}
    case
        when length({{ year }}) = 4 then {{ year }}
        when {{ year }} < '69' then '20' || {{ year }}
        else '19' || {{ year }}
    end
{%- endmacro %}
