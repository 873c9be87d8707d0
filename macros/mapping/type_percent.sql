{#
Why: percentage points: 12.5 and "12.5%" are 12.5; format fraction reads 0.125 as 12.5.
Args: text: SQL; options: data_type, format (percent or fraction).
Usage: - {target: discount_pct, source: discount, type: percent}
#}
{% macro type_percent(text, options) -%}
    {%- set number = number_text('trim(replace(' ~ text ~ ", '%', ''))") -%}
    {%- if options.format == 'fraction' -%}
    {{ cast_or_null(cast_or_null(number, 'decimal(28, 10)') ~ ' * 100', options.data_type) }}
    {%- else -%}
    {{ cast_or_null(number, options.data_type) }}
    {%- endif -%}
{%- endmacro %}
