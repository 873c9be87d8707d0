{#
Why: turns the rule that people wrote for a unit into the order in which records are preferred,
smallest first; ties fall to the source priority, then to the newest write.
Args: unit: its name; fields: {name: data type} of the unit. A rule nobody knows ends the build with
its name, as it is cast to a number.
Usage: {{ survival_order('email', {'email': 'text'}) }} as email__order
#}
{% macro survival_order(unit, fields) -%}
    {%- set step = '1000000000000' -%}
    {%- set tie = 'sources.' ~ unit ~ ' * 1000000000 + members.newest_order' -%}
    {%- set field = fields | first -%}
    {%- set alone = fields | length == 1 -%}
    case
        when coalesce(
            {%- for name in fields %}
            cast(members.{{ name }} as text){{ ', ' if not loop.last }}
            {%- endfor -%}
        ) is null then null
        when rules.{{ unit }} = 'newest' then members.newest_order
        when rules.{{ unit }} = 'oldest' then members.oldest_order
        when rules.{{ unit }} = 'source_priority' then {{ tie }}
        when rules.{{ unit }} = 'most_complete'
            then (1000 - {{ filled_count(fields) if not alone else 'members.filled_count' }})
                * {{ step }} + {{ tie }}
        {%- if alone %}
        when rules.{{ unit }} = 'longest'
            then (100000 - length(cast(members.{{ field }} as text))) * {{ step }} + {{ tie }}
        when rules.{{ unit }} = 'most_frequent'
            then (100000 - frequencies.{{ unit }}) * {{ step }} + {{ tie }}
        when rules.{{ unit }} = 'any_true'
            then case when cast(members.{{ field }} as text) = 'true' then 0 else {{ step }} end
                + {{ tie }}
        {%- endif %}
        else cast(rules.{{ unit }} as bigint)
    end
{%- endmacro %}
