{#
Why: a share in percent with two digits; null when there is no whole.
Args: part, whole: SQL numbers.
Usage: {{ percent_of('unique_open_count', 'delivered_count') }} as open_rate_pct
#}
{% macro percent_of(part, whole) -%}
    cast(
        case when {{ whole }} > 0 then round(100.0 * {{ part }} / {{ whole }}, 2) end
        as numeric(18, 2)
    )
{%- endmacro %}
