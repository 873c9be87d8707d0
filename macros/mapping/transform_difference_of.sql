{#
Why: a system that gives the gross and its deductions, and not the net: the first source less the others.
Args: texts: list of SQL; missing deductions count as nothing, parts that are no numbers stay as they are.
Usage: - {target: total_amount, source: [gross, discount], transform: difference_of, type: money}
#}
{% macro transform_difference_of(texts) -%}
    case when {{ present_text(texts[0], 'decimal') }} is not null then {{ sum_text(texts, '-') }} end
{%- endmacro %}
