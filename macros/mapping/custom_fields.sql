{#
Why: fields that a connection adds travel together, without a column each.
Args: targets: the plan's custom targets.
Usage: {{ custom_fields(custom) }} as custom_fields
#}
{% macro custom_fields(targets) -%}
    {%- if not targets -%}
    cast(null as text)
    {%- else -%}
    {%- set members = [] -%}
    {%- for target in targets -%}
        {%- do members.append([target.target[7:], target.column]) -%}
    {%- endfor -%}
    case
        when coalesce({{ targets | map(attribute='column') | join(', ') }}) is not null
            then {{ json_object_of(members) }}
    end
    {%- endif -%}
{%- endmacro %}
