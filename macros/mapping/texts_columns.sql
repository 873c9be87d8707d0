{#
Why: every value as text first, so that what cannot be read is still known as it was sent.
Args: plan: mapping_plan.
Usage: select * {{ texts_columns(plan) }} from parsed
#}
{% macro texts_columns(plan) -%}
    {%- for target in plan.targets -%}
        {%- set pairs = [] -%}
        {%- for variant in target.variants %}
            {%- do pairs.append([variant.connection, variant_text(variant, plan.paths)]) -%}
        {%- endfor %},
        {{ by_connection(pairs) }} as raw__{{ target.column }}
        {%- for variant in target.variants -%}
            {%- set stem = target.column ~ '__' ~ loop.index0 -%}
            {%- for key, option in variant.options.items() %},
        {{ option_text(option, plan.paths) }} as {{ stem }}__{{ key }}
            {%- endfor -%}
            {%- if variant.type == 'phone' %},
        {{ dialled_digits(variant_text(variant, plan.paths)) }} as {{ stem }}__dialled
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for array in plan.arrays %},
        {{ json_field('fields', plan.paths, array.index) }} as {{ array.name }}
    {%- endfor -%}
{%- endmacro %}
