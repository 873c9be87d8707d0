{#
Why: the text a variant starts from: its sources through its transforms, or its constant.
Args: variant: of plan_variant; paths: the plan's.
Usage: {{ variant_text(variant, plan.paths) }} as raw__status
#}
{% macro variant_text(variant, paths) -%}
    {%- set entry = variant.entry -%}
    {%- if 'value' in entry -%}
        {{ text_literal(entry.value) }}
    {%- elif 'parent' in entry -%}
        cast(parent__{{ entry.parent }} as text)
    {%- else -%}
        {%- set texts = [] -%}
        {%- for index in variant.sources -%}
            {%- set text = field_text(entry, paths, index) -%}
            {%- if entry.member -%}
                {%- set text = json_array_member(
                    text, json_path(entry.member.key, entry.target), entry.member.is,
                    json_path(entry.member.take, entry.target)
                ) -%}
            {%- endif -%}
            {%- do texts.append(text) -%}
        {%- endfor -%}
        {%- set state = namespace(sql=texts[0]) -%}
        {%- for name in variant.transforms -%}
            {%- set several = loop.first and name in mapping_vocabulary().transforms.several -%}
            {%- set state.sql = context['transform_' ~ name](texts if several else state.sql) -%}
        {%- endfor -%}
        {{ present_text(state.sql, variant.type) }}
    {%- endif -%}
{%- endmacro %}
