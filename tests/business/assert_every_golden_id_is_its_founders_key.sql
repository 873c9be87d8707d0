-- Fails if a golden id is no record's key, or a record of it was seen before its founding record.
-- Then golden ids move when more data arrives. A founder in quarantine is not in the crosswalk.
{%- set entities = {
    'customers': 'customer_id', 'products': 'product_id', 'employees': 'employee_id',
    'orders': 'order_id', 'invoices': 'invoice_id',
} %}
{%- for entity, id_name in entities.items() %}
select
    '{{ entity }}' as entity,
    xref.{{ id_name }} as golden_id,
    case
        when founders.record_key is null then 'golden id is no record''s key'
        when numbered.record_number < founders.record_number
            then 'a record of it was seen before its founder'
        else 'the founder is not marked as such'
    end as broken_rule
from {{ ref(entity ~ '_xref') }} as xref
inner join {{ ref(entity ~ '_numbered') }} as numbered on xref.record_key = numbered.record_key
left join {{ ref(entity ~ '_numbered') }} as founders on xref.{{ id_name }} = founders.record_key
where
    founders.record_key is null
    or numbered.record_number < founders.record_number
    or xref.is_founder <> (xref.record_key = xref.{{ id_name }})
{{ 'union all' if not loop.last }}
{%- endfor %}
