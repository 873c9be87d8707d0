{#
Why: the sentence that says what is wrong with a value, for the people who can mend it.
Args: target, variant: of the plan; severity: quarantine or warn, the kind of issue wanted.
Usage: {{ variant_issue(target, variant, 'warn') }} gives SQL of a text, or 'null'
#}
{% macro variant_issue(target, variant, severity) -%}
    {%- set place = " (field " ~ variant.field ~ ")" if variant.field else '' -%}
    {%- set holds = mapping_vocabulary().types[variant.type].holds -%}
    {%- set missing = variant.required and severity == 'quarantine' -%}
    {%- set unreadable = variant.on_unreadable == severity -%}
    {%- if missing or unreadable -%}
    case
        {%- if missing %}
        when raw__{{ target.column }} is null
            then {{ text_literal(target.target ~ ' is missing' ~ place) }}
        {%- endif %}
        {%- if unreadable %}
        when raw__{{ target.column }} is not null and {{ target.column }} is null
            then {{ text_literal(target.target ~ " holds '") }}
            || substr(raw__{{ target.column }}, 1, 60)
            || {{ text_literal("', which is not " ~ holds ~ place) }}
        {%- endif %}
    end
    {%- else -%}
    null
    {%- endif -%}
{%- endmacro %}
