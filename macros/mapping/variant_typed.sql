{#
Why: a variant's text as a value of the column's data type, or null where it cannot be read.
Args: target: of the plan; variant: one of its variants; number: its position, from 0.
Usage: {{ variant_typed(target, target.variants[0], 0) }} as total_amount
#}
{% macro variant_typed(target, variant, number) -%}
    {%- set entry = variant.entry -%}
    {%- if 'parent' in entry -%}
        {{ cast_or_null('parent__' ~ entry.parent, target.data_type) }}
    {%- elif 'value' in entry -%}
        {{ cast_or_null('raw__' ~ target.column, target.data_type) }}
    {%- else -%}
        {%- set stem = target.column ~ '__' ~ number -%}
        {%- set data_type = target.data_type -%}
        {%- if target.is_custom %}{% set data_type = custom_data_type(variant.type) %}{% endif -%}
        {%- set item_path = json_path(entry.item, target.target) if entry.item else none -%}
        {%- set sql = context['type_' ~ variant.type]('raw__' ~ target.column, {
            'data_type': data_type, 'codes': entry.codes, 'format': entry.format,
            'timezone': entry.timezone, 'separator': entry.separator, 'item_path': item_path,
            'lookup': 'lookup__' ~ stem, 'to_lookup': 'lookup__' ~ stem ~ '__to',
            'dialled': stem ~ '__dialled',
            'home': 'lookup__' ~ stem ~ '__home' if variant.options.country else none,
        }) -%}
        {{ 'cast(' ~ sql ~ ' as text)' if target.is_custom else sql }}
    {%- endif -%}
{%- endmacro %}
