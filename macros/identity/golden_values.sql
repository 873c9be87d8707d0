{#
Why: every value that any record of a golden thing holds, with the record and whether it won.
Args: entity: singular name; id_name: golden id; members, survivors: the entity's relations; added:
as given to survivors. A whole select statement, one row per record and filled field.
Usage: {{ golden_values('product', 'product_id', ref('products_members'), ref('products_survivors')) }}
#}
{% macro golden_values(entity, id_name, members, survivors, added={}) %}
{%- set fields = golden_fields(entity, model.name, added) -%}
{%- for unit, names in survival_units(fields, field_groups(entity)).items() %}
{%- set last_unit = loop.last %}
{%- for name in names %}
select
    members.{{ id_name }},
    '{{ name }}' as field,
    cast(members.{{ name }} as text) as field_value,
    cast(survivors.{{ name }} as text) as golden_value,
    members.record_key,
    members.system,
    members.is_deleted,
    members.changed_at,
    members.record_number = survivors.{{ unit }}__record_number as is_golden
from {{ members }} as members
inner join {{ survivors }} as survivors on members.founder_number = survivors.founder_number
where members.{{ name }} is not null
{{ 'union all' if not (last_unit and loop.last) }}
{%- endfor %}
{%- endfor %}
{% endmacro %}
