{#
Why: since when a record holds each of its values, and what it held before, for records of which
more than one version is known. A value held since the first of them is as old as that version.
Args: plan: mapping_plan.
Usage: {{ field_changes(plan) }} gives CTEs after typed; the last, changes, has changed_record_key,
field_changed_at {target: time} and former_values {target: [values, oldest first]}
#}
{% macro field_changes(plan) -%}
version_values as (
    select
        record_key,
        changed_at,
        extracted_at,
        {%- for target in plan.targets %}
        cast({{ final_value(target) }} as text) as {{ target.column }},
        {%- endfor %}
        row_number() over (partition by record_key order by extracted_at) as version_number
    from typed
    where version_count > 1
),

value_pairs as (
    select
        *,
        {%- for target in plan.targets %}
        lag({{ target.column }}) over (partition by record_key order by version_number)
            as {{ target.column }}__before{{ ',' if not loop.last }}
        {%- endfor %}
    from version_values
),
{% set times = [] %}
{%- set formers = [] %}
{%- for target in plan.targets %}
    {%- set column = target.column %}
    {%- set differs = column ~ ' is distinct from ' ~ column ~ '__before' %}
    {%- do times.append([target.target, 'cast(max(case when version_number = 1 then changed_at'
        ~ ' when ' ~ differs ~ ' then coalesce(changed_at, extracted_at) end) as text)']) %}
    {%- do formers.append([target.target, 'cast(' ~ json_array_of(
        column ~ '__before', 'version_number',
        'version_number > 1 and ' ~ column ~ '__before is not null and ' ~ differs
    ) ~ ' as json)']) %}
{%- endfor %}
changes as (
    select
        record_key as changed_record_key,
        {{ json_object_of(times) | indent(8) }} as field_changed_at,
        nullif({{ json_object_of(formers) | indent(8) }}, '{}') as former_values
    from value_pairs
    group by record_key
),
{% endmacro %}
