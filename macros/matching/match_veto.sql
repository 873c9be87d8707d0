{#
Why: some disagreements are not outweighed by many weak agreements: a sister has the same family
name, street and phone, and is somebody else. A plan's `vetoes` name the levels that forbid a match
and those that allow it all the same.
Args: plans: {name: plan}; each veto is {levels: {comparison: [level names]}, unless: {comparison:
[level names]}}; "different" is the level where none holds.
Usage: {{ match_veto(plans) }} as is_vetoed
#}
{% macro match_veto(plans) -%}
    {%- set conditions = [] -%}
    {%- for name, plan in plans.items() -%}
        {%- for veto in plan.get('vetoes', []) -%}
            {%- set parts = ["plan = '" ~ name ~ "'"] -%}
            {%- for comparison, levels in veto.levels.items() -%}
                {%- do parts.append(match_sign_in(plan, comparison, levels, name)) -%}
            {%- endfor -%}
            {%- for comparison, levels in veto.get('unless', {}).items() -%}
                {%- do parts.append('not ' ~ match_sign_in(plan, comparison, levels, name)) -%}
            {%- endfor -%}
            {%- do conditions.append('(' ~ parts | join(' and ') ~ ')') -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ conditions | join('\n        or ') if conditions else 'false' }}
{%- endmacro %}
