-- Fails if a golden id is not the key of its one founding record, or that was not seen first.
-- Then golden ids move when more data arrives.
{%- set entities = {
    'customers': 'customer_id', 'products': 'product_id', 'employees': 'employee_id',
    'orders': 'order_id', 'invoices': 'invoice_id',
} %}
{%- for entity, id_name in entities.items() %}
select
    '{{ entity }}' as entity,
    {{ id_name }} as golden_id,
    'golden id is not its founder''s key' as broken_rule
from {{ ref(entity ~ '_xref') }}
group by {{ id_name }}
having
    sum(case when is_founder and record_key = {{ id_name }} then 1 else 0 end) <> 1
    or sum(case when is_founder then 1 else 0 end) <> 1
    or min(case when is_founder then first_seen_at end) > min(first_seen_at)
{{ 'union all' if not loop.last }}
{%- endfor %}
