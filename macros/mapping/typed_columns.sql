{#
Why: every text as a value of its column's type; null where it cannot be read.
Args: plan: mapping_plan.
Usage: select texts.* {{ typed_columns(plan) }} from texts
#}
{% macro typed_columns(plan) -%}
    {%- for target in plan.targets -%}
        {%- set pairs = [] -%}
        {%- for variant in target.variants %}
            {%- set value = variant_typed(target, variant, loop.index0) -%}
            {%- do pairs.append([variant.connection, value]) -%}
        {%- endfor %},
        {{ by_connection(pairs) }} as {{ target.column }}
    {%- endfor -%}
{%- endmacro %}
