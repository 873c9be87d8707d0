{#
Why: amounts that a system splits over several fields, such as the tax lines of an order's line.
Args: texts: list of SQL; missing parts count as nothing, parts that are no numbers stay as they are.
Usage: - {target: tax_amount, source: [taxes[0].amount, taxes[1].amount], transform: sum_of, type: money}
#}
{% macro transform_sum_of(texts) -%}
    {{ sum_text(texts, '+') }}
{%- endmacro %}
