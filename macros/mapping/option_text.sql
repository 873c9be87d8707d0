{#
Why: a currency, country or unit comes from a field of the record, is a constant, or both: where the
field is empty, the constant.
Args: option: {index}, {value} or both; paths: the plan's.
Usage: {{ option_text(variant.options.currency, plan.paths) }}
#}
{% macro option_text(option, paths) -%}
    {%- if 'value' in option and 'index' in option -%}
        coalesce(
            nullif(trim({{ json_field('fields', paths, option.index) }}), ''),
            {{ text_literal(option.value) }}
        )
    {%- elif 'value' in option -%}
        {{ text_literal(option.value) }}
    {%- else -%}
        {{ json_field('fields', paths, option.index) }}
    {%- endif -%}
{%- endmacro %}
