{%- set relations = [
    ref('customers_conflicts'), ref('products_conflicts'), ref('employees_conflicts')
] -%}
with final as (
    {%- for relation in relations %}
    select
        conflict_id,
        entity,
        golden_id,
        field,
        kind,
        state,
        golden_value,
        winning_record_key,
        winning_system,
        losing_values,
        value_count,
        rule,
        rule_reason,
        resolved_by,
        since_at
    from {{ relation }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select * from final
