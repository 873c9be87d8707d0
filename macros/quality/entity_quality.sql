{#
Why: one pass over an entity's records counts what scores are made of: those that pass, the cells
that its meta.expected wants filled, and the pairs of fields of which meta.in_order says that the
first is never above the second (an invoice is due after it was issued).
Args: entity: singular name; relation: its records.
Usage: {{ entity_quality('order', ref('orders_records')) }} one row per connection
#}
{% macro entity_quality(entity, relation) -%}
    {%- set expected = entity_meta(entity).get('expected', []) -%}
    {%- set pairs = entity_meta(entity).get('in_order', []) -%}
    {%- set columns = entity_columns(entity, model.name) -%}
    {%- for column in pairs | sum(start=[]) if column not in columns -%}
        {{ mapping_error(entity, "meta.in_order: no column '" ~ column ~ "'") }}
    {%- endfor -%}
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
        {%- endfor %} as filled_cells,
        0
        {%- for lower, higher in pairs %}
        + sum(case when {{ lower }} is null or {{ higher }} is null then 0 else 1 end)
        {%- endfor %} as pair_count,
        0
        {%- for lower, higher in pairs %}
        + sum(case when {{ lower }} <= {{ higher }} then 1 else 0 end)
        {%- endfor %} as kept_pair_count
    from {{ relation }}
    where not is_deleted
    group by connection, system
{%- endmacro %}
