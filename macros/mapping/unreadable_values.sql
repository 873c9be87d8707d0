{#
Why: the text of a value that did not parse is kept beside the null it left.
Args: plan: mapping_plan; conditions: SQL that is true where a target's value was not read.
Usage: {{ unreadable_values(plan, unread) }} as unreadable_values
#}
{% macro unreadable_values(plan, conditions) -%}
    {%- if not conditions -%}
    cast(null as text)
    {%- else -%}
    {%- set members = [] -%}
    {%- for target in plan.targets if not is_ignored(target) -%}
        {%- do members.append([
            target.target,
            'case when ' ~ target.column ~ ' is null then raw__' ~ target.column ~ ' end'
        ]) -%}
    {%- endfor -%}
    case
        when {{ conditions | join('\n        or ') }}
            then {{ json_object_of(members) }}
    end
    {%- endif -%}
{%- endmacro %}
