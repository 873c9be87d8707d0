{#
Why: whether a pattern has one of some levels of a comparison.
Args: plan; comparison: its name; levels: names, "different" when none holds; place: for errors.
Usage: {{ match_sign_in(plan, 'given_name', ['different'], 'person') }}
#}
{% macro match_sign_in(plan, comparison, levels, place) -%}
    {%- set names = plan.comparisons | map(attribute='name') | list -%}
    {%- if comparison not in names -%}
        {{ match_error(place, 'no comparison is called ' ~ comparison) }}
    {%- endif -%}
    {%- set position = names.index(comparison) -%}
    {%- set known = plan.comparisons[position].levels | map(attribute='name') | list
        + ['different'] -%}
    {%- set signs = [] -%}
    {%- for level in levels -%}
        {%- if level not in known -%}
            {{ match_error(place ~ '.' ~ comparison, 'no level is called ' ~ level) }}
        {%- endif -%}
        {%- do signs.append("'" ~ (known.index(level) + 1) ~ "'") -%}
    {%- endfor -%}
    (substr(pattern, {{ position + 1 }}, 1) in ({{ signs | join(', ') }}))
{%- endmacro %}
