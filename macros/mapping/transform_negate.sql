{#
Why: systems that send refunds and credits as negative amounts, or the other way round.
Args: text: SQL.
Usage: - {target: refunded_amount, source: amount, transform: negate, type: money}
#}
{% macro transform_negate(text) -%}
    case
        when {{ text }} like '-%' then substr({{ text }}, 2)
        when {{ matches(text, '^[+]?0*[.]?0*$') }} then {{ text }}
        else '-' || {{ replace_matches(text, '^[+]', '') }}
    end
{%- endmacro %}
