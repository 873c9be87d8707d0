{#
Why: a code that no list knows is 'unknown', which is not the same as missing.
Args: target: of the plan.
Usage: {{ final_value(target) }} as status
#}
{% macro final_value(target) -%}
    {%- set pairs = [] -%}
    {%- for variant in target.variants -%}
        {%- set known = 'coalesce(' ~ target.column ~ ', case when raw__' ~ target.column
            ~ " is not null then 'unknown' end)" -%}
        {%- set is_named = variant.type == 'code' and variant.on_unreadable != 'ignore' -%}
        {%- do pairs.append([variant.connection, known if is_named else target.column]) -%}
    {%- endfor -%}
    cast({{ by_connection(pairs) }} as {{ target.data_type }})
{%- endmacro %}
