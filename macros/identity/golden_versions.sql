{#
Why: a golden record has a new version when one of its values changes, not when a record of it is
read again; so what counts or dates its records stays out.
Args: entity: singular name; golden: relation; added: columns that are no fields. A whole select
statement for a view that a snapshot keeps.
Usage: {{ golden_versions('product', ref('products')) }}
#}
{% macro golden_versions(entity, golden, added=[]) %}
with final as (
    select
        {{ entity }}_id,
        {%- for field in added + golden_fields(entity, model.name).keys() | list %}
        {{ field }},
        {%- endfor %}
        is_deleted
    from {{ golden }}
)

select * from final
{% endmacro %}
