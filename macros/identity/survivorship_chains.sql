{#
Why: the rules that people wrote for a field, step by step; a field without rules of its own has
those of *, and a connection may have rules of its own.
Args: entity: singular name; units: names; rules: the seed survivorship_rules.
Usage: with {{ survivorship_chains('customer', units, ref('survivorship_rules')) }}, … gives the
CTEs units and chains (field, connection, rule_1, source_1 …)
#}
{% macro survivorship_chains(entity, units, rules) -%}
units as (
    {%- for unit in units %}
    select '{{ unit }}' as field
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

written as (
    select
        field,
        coalesce(connection, '') as connection,
        {%- for step in survivorship_vocabulary().steps %}
        max(case when step = {{ step }} then rule end) as rule_{{ step }},
        max(case when step = {{ step }} then source end) as source_{{ step }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from {{ rules }}
    where entity = '{{ entity }}'
    group by field, coalesce(connection, '')
),

preferred as (
    select
        units.field,
        written.connection,
        {%- for step in survivorship_vocabulary().steps %}
        written.rule_{{ step }},
        written.source_{{ step }},
        {%- endfor %}
        row_number() over (
            partition by units.field, written.connection
            order by case when written.field = '*' then 1 else 0 end
        ) as preference,
        written.field = '*' and max(case when written.field = '*' then 0 else 1 end)
            over (partition by units.field) = 1 as is_overruled
    from units
    inner join written on written.field in (units.field, '*')
),

chains as (
    select * from preferred
    where preference = 1 and not is_overruled
)
{%- endmacro %}
