{#
Why: calling codes are prefix-free (ITU-T E.164), so the first digits decide.
Args: digits: SQL text of an international number without +.
Usage: {{ calling_code_of("'442079460958'") }} gives 44
#}
{% macro calling_code_of(digits) -%}
    {%- set codes = [
        20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55,
        56, 57, 58, 60, 61, 62, 63, 64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98,
    ] -%}
    case
        when substr({{ digits }}, 1, 1) in ('1', '7') then substr({{ digits }}, 1, 1)
        when substr({{ digits }}, 1, 2) in (
            '{{ codes | join("', '") }}'
        ) then substr({{ digits }}, 1, 2)
        else substr({{ digits }}, 1, 3)
    end
{%- endmacro %}
