{#
Why: one pass over an entity's records counts what scores are made of: those that pass, and the
cells that its meta.expected wants filled.
Args: entity: singular name; relation: its records.
Usage: {{ entity_quality('order', ref('orders_records')) }} one row per connection
#}
{% macro entity_quality(entity, relation) -%}
    {%- set expected = entity_meta(entity).get('expected', []) -%}
    {%- set columns = entity_columns(entity, model.name) -%}
    {%- for column in expected if column not in columns -%}
        {{ mapping_error(entity, "meta.expected: no column '" ~ column ~ "'") }}
    {%- endfor -%}
    select
        '{{ entity }}' as entity,
        connection,
        system,
        count(*) as record_count,
        sum(case when verdict = 'accepted' then 1 else 0 end) as passing_count,
        sum(case when verdict = 'quarantined' then 1 else 0 end) as quarantined_count,
        {{ expected | length }} * count(*) as expected_cells,
        0
        {%- for column in expected %}
        + count({{ column }})
        {%- endfor %} as filled_cells
    from {{ relation }}
    where not is_deleted
    group by connection, system
{%- endmacro %}
