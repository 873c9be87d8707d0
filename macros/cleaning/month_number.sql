{#
Why: dates written with an English month name; the first three letters decide.
Args: name: SQL text.
Usage: {{ month_number("'March'") }} gives '03'
#}
{% macro month_number(name) -%}
    case lower(substr({{ name }}, 1, 3))
        {%- for month in 'jan feb mar apr may jun jul aug sep oct nov dec'.split() %}
        when '{{ month }}' then '{{ '%02d' | format(loop.index) }}'
        {%- endfor %}
    end
{%- endmacro %}
