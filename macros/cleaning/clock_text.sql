{#
Why: the clock that a text names, as HH:MM:SS[.f] of 24 hours; midnight where it names none.
Args: text: SQL.
Usage: {{ clock_text("'12/31/2024 3:45 PM'") }} gives 15:45:00
#}
{% macro clock_text(text) -%}
    {%- set hour = first_match(text, '([0-9]{1,2}):[0-9]{2}', 1) -%}
    {%- set hour_number = 'cast(' ~ hour ~ ' as integer)' -%}
    {%- set seconds = first_match(
        text, '[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)', 1
    ) -%}
    coalesce(
        case
            when {{ matches(text, '[0-9] ?[Pp][.]?[Mm]') }} and {{ hour_number }} < 12
                then lpad(cast({{ hour_number }} + 12 as text), 2, '0')
            when {{ matches(text, '[0-9] ?[Aa][.]?[Mm]') }} and {{ hour_number }} = 12 then '00'
            else lpad({{ hour }}, 2, '0')
        end
        || ':' || {{ first_match(text, '[0-9]{1,2}:([0-9]{2})', 1) }}
        || coalesce({{ seconds }}, ':00'),
        '00:00:00'
    )
{%- endmacro %}
