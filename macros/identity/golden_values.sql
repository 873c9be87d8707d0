{#
Why: every value that any record of a golden thing holds, with the record and whether it won.
Args: entity: singular name; id_name: golden id; members, survivors: the entity's relations; added:
as given to survivors. A whole select statement, one row per record and filled field.
Usage: {{ golden_values('product', 'product_id', ref('products_members'),
ref('products_survivors')) }}
#}
{% macro golden_values(entity, id_name, members, survivors, added={}) %}
{%- set units = survival_units(golden_fields(entity, model.name, added), field_groups(entity)) -%}
with paired as (
    select
        members.{{ id_name }},
        members.record_key,
        members.record_number,
        members.system,
        members.is_deleted,
        members.changed_at
        {%- for unit, names in units.items() %},
        survivors.{{ unit }}__record_number
        {%- for name in names %},
        members.{{ name }},
        survivors.{{ name }} as {{ name }}__golden
        {%- endfor %}
        {%- endfor %}
    from {{ members }} as members
    inner join {{ survivors }} as survivors on members.founder_number = survivors.founder_number
),

final as (
    {%- for unit, names in units.items() %}
    {%- set last_unit = loop.last %}
    {%- for name in names %}
    select
        {{ id_name }},
        '{{ name }}' as field,
        cast({{ name }} as text) as field_value,
        cast({{ name }}__golden as text) as golden_value,
        record_key,
        system,
        is_deleted,
        changed_at,
        record_number = {{ unit }}__record_number as is_golden
    from paired
    where {{ name }} is not null
    {{ 'union all' if not (last_unit and loop.last) }}
    {%- endfor %}
    {%- endfor %}
)

select * from final
{% endmacro %}
