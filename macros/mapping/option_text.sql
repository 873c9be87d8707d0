{#
Why: a currency, country or unit comes from a field of the record or is a constant.
Args: option: {index} or {value}; paths: the plan's.
Usage: {{ option_text(variant.options.currency, plan.paths) }}
#}
{% macro option_text(option, paths) -%}
    {%- if 'value' in option -%}
        {{ text_literal(option.value) }}
    {%- else -%}
        {{ json_field('fields', paths, option.index) }}
    {%- endif -%}
{%- endmacro %}
