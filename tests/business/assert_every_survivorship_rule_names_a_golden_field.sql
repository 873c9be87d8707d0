-- Fails if a rule names no field or group of its entity, a field has two rules, or * has none.
-- Then a rule that people wrote is not executed.
{%- set added = {
    'customer': ['company_customer_id', 'owner_employee_id'],
    'product': ['supplier_customer_id'],
    'employee': ['manager_employee_id'],
} %}
with known as (
    {%- for entity, extra in added.items() %}
    {%- set entity_loop = loop %}
    {%- set units = survival_units(golden_fields(entity, model.name), field_groups(entity)) %}
    {%- for unit in (units | list) + extra + ['*'] %}
    select
        '{{ entity }}' as entity,
        '{{ unit }}' as field
    {{ 'union all' if not (loop.last and entity_loop.last) }}
    {%- endfor %}
    {%- endfor %}
),

rules as (
    select
        entity,
        field,
        count(*) as rule_count
    from {{ ref('survivorship_rules') }}
    group by entity, field
),

final as (
    select
        coalesce(known.entity, rules.entity) as entity,
        coalesce(known.field, rules.field) as field,
        case
            when known.field is null then 'no such field or group'
            when rules.rule_count > 1 then 'more than one rule'
            else 'no rule for all other fields'
        end as broken_rule
    from known
    full outer join rules on known.entity = rules.entity and known.field = rules.field
    where
        known.field is null
        or rules.rule_count > 1
        or (known.field = '*' and rules.field is null)
)

select * from final
