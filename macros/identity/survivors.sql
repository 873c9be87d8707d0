{#
Why: the golden values of every golden thing, and for each unit of fields the record it came from,
in
one pass over the member records.
Args: entity: singular name; members: relation with record_number, founder_number, system,
is_deleted, the golden fields; rules, priorities: the seeds; added: see golden_fields. A whole
select statement: founder_number, the fields, <unit>__record_number.
Usage: {{ survivors('product', ref('products_members'), rules, priorities) }}
#}
{% macro survivors(entity, members, rules, priorities, added={}) %}
{%- set fields = golden_fields(entity, model.name, added) -%}
{%- set units = survival_units(fields, field_groups(entity)) -%}
with rules as (
    select
        {%- for unit in units %}
        coalesce(
            max(case when field = '{{ unit }}' then rule end),
            max(case when field = '*' then rule end)
        ) as {{ unit }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ rules }}
    where entity = '{{ entity }}'
),

sources as (
    select
        system,
        {%- for unit in units %}
        coalesce(
            min(case when field = '{{ unit }}' then priority end),
            min(case when field = '*' then priority end), 999
        ) as {{ unit }}{{ ',' if not loop.last }}
        {%- endfor %}
    from (
        select system, field, cast(priority as bigint) as priority
        from {{ priorities }}
        where entity = '{{ entity }}'
        union all
        select distinct system, '' as field, cast(999 as bigint) as priority from {{ members }}
    ) as listed
    group by system
),

ranked as (
    select
        members.*,
        {{ filled_count(fields) }} as filled_count,
        row_number() over (
            partition by founder_number
            order by changed_at desc nulls last, extracted_at desc, record_number
        ) as newest_order,
        row_number() over (
            partition by founder_number
            order by coalesce(created_at, first_seen_at), record_number
        ) as oldest_order,
        min(case when is_deleted then 1 else 0 end) over (partition by founder_number)
            as is_all_deleted
    from {{ members }} as members
),

members as (
    select * from ranked
    where not is_deleted or is_all_deleted = 1
),

counted as (
    {%- for unit, names in units.items() if names | length == 1 %}
    select
        members.founder_number,
        members.record_number,
        '{{ unit }}' as unit,
        cast(members.{{ unit }} as text) as field_value
    from members
    inner join rules on rules.{{ unit }} = 'most_frequent'
    where members.{{ unit }} is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

frequencies as (
    select
        record_number,
        {%- for unit, names in units.items() if names | length == 1 %}
        max(case when unit = '{{ unit }}' then frequency end) as {{ unit }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from (
        select
            record_number,
            unit,
            count(*) over (partition by founder_number, unit, field_value) as frequency
        from counted
    ) as repeated
    group by record_number
),

ordered as (
    select
        members.founder_number,
        members.record_number,
        {%- for name in fields %}
        members.{{ name }},
        {%- endfor %}
        {%- for unit, names in units.items() %}
        {{ survival_order(unit, names) }} as {{ unit }}__order{{ ',' if not loop.last }}
        {%- endfor %}
    from members
    inner join sources on members.system = sources.system
    left join frequencies on members.record_number = frequencies.record_number
    cross join rules
),

chosen as (
    select
        founder_number,
        {%- for unit, names in units.items() %}
        {%- if names | length == 1 %}
        {{ value_at_min(unit, unit ~ '__order') }} as {{ unit }},
        {%- endif %}
        {{ value_at_min('record_number', unit ~ '__order') }} as {{ unit }}__record_number
        {{- ',' if not loop.last }}
        {%- endfor %}
    from ordered
    group by founder_number
),

final as (
    select
        chosen.*
        {%- for unit, names in units.items() if names | length > 1 %}
        {%- for name in names %},
        {{ unit }}_source.{{ name }}
        {%- endfor %}
        {%- endfor %}
    from chosen
    {%- for unit, names in units.items() if names | length > 1 %}
    left join members as {{ unit }}_source
        on chosen.{{ unit }}__record_number = {{ unit }}_source.record_number
    {%- endfor %}
)

select * from final
{% endmacro %}
