{#
Why: the golden values of every golden thing and, for each field or group, the record it came from:
the winner of its contest, or what all records that hold a value agree on, said first.
Args: entity: singular name; members, contests: the entity's relations; decisions: the seed. A whole
select statement: founder_number, golden id, the fields, <unit>__record_number.
Usage: {{ survivors('product', ref('products_members'), ref('products_contests'), decisions) }}
#}
{% macro survivors(entity, members, contests, decisions) %}
{%- set fields = golden_fields(entity, model.name) -%}
{%- set units = survival_units(fields, field_groups(entity)) -%}
with living as (
    {{- living_groups(members) }}
),

winners as (
    select
        founder_number,
        {%- for unit in units %}
        max(case when field = '{{ unit }}' then record_number end) as {{ unit }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from {{ contests }}
    where is_winner
    group by founder_number
),

chosen as (
    select
        members.founder_number,
        min(members.{{ entity }}_id) as {{ entity }}_id,
        {%- for unit, names in units.items() %}
        {%- set is_chosen = 'coalesce(winners.' ~ unit ~ ', members.record_number)'
            ~ ' = members.record_number' %}
        {%- for name in names %}
        {{ value_at_min(
            'members.' ~ name, 'case when ' ~ is_chosen ~ ' then members.record_number end'
        ) }} as {{ name }},
        {%- endfor %}
        min(case
            when {{ is_chosen }} and coalesce(
                {%- for name in names %}cast(members.{{ name }} as text){{ ', ' if not loop.last }}
                {%- endfor %}) is not null
                then members.record_number
        end) as {{ unit }}__record_number{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ competing_members(members) }}
    left join winners on members.founder_number = winners.founder_number
    group by members.founder_number
),

decided_cells as (
    {{- decided_cells(entity, members, decisions) }}
),

decided as (
    select
        founder_number,
        {%- for unit, names in units.items() if names | length == 1 %}
        max(case when field = '{{ unit }}' then decided_value end) as {{ unit }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from decided_cells
    group by founder_number
),

final as (
    select
        chosen.founder_number,
        chosen.{{ entity }}_id,
        {%- for unit, names in units.items() %}
        {%- if names | length == 1 %}
        coalesce({{ cast_or_null('decided.' ~ unit, fields[unit]) }}, chosen.{{ unit }}) as {{ unit }},
        case
            when coalesce(decided.{{ unit }}, cast(chosen.{{ unit }} as text))
                = cast(chosen.{{ unit }} as text) then chosen.{{ unit }}__record_number
        end as {{ unit }}__record_number{{ ',' if not loop.last }}
        {%- else %}
        {%- for name in names %}
        chosen.{{ name }},
        {%- endfor %}
        chosen.{{ unit }}__record_number{{ ',' if not loop.last }}
        {%- endif %}
        {%- endfor %}
    from chosen
    left join decided on chosen.founder_number = decided.founder_number
)

select * from final
{% endmacro %}
