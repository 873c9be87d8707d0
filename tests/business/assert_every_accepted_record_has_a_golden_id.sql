-- Fails if a record that is not quarantined has no golden id, or one that is quarantined has.
-- Then a record fell out of the crosswalk, and with it everything that hangs on it.
{%- set entities = ['customers', 'products', 'employees', 'orders', 'invoices'] %}
{%- for entity in entities %}
select
    '{{ entity }}' as entity,
    coalesce(records.record_key, xref.record_key) as record_key,
    case when xref.record_key is null then 'no golden id' else 'not an accepted record' end
        as broken_rule
from (
    select record_key from {{ ref(entity ~ '_records') }}
    where verdict <> 'quarantined'
) as records
full outer join {{ ref(entity ~ '_xref') }} as xref on records.record_key = xref.record_key
where records.record_key is null or xref.record_key is null
{{ 'union all' if not loop.last }}
{%- endfor %}
