with owners as (
    select
        numbered.email_key,
        min(case when numbered.party = 'person' then xref.customer_id end) as first_person_id,
        max(case when numbered.party = 'person' then xref.customer_id end) as last_person_id,
        min(case when numbered.party = 'company' then xref.customer_id end) as first_company_id,
        max(case when numbered.party = 'company' then xref.customer_id end) as last_company_id
    from {{ ref('customers_numbered') }} as numbered
    inner join {{ ref('customers_xref') }} as xref on numbered.record_key = xref.record_key
    where numbered.own_email_key is not null
    group by numbered.email_key
),

final as (
    select
        email_key,
        coalesce(first_person_id, first_company_id) as customer_id
    from owners
    where
        first_person_id = last_person_id
        or (first_person_id is null and first_company_id = last_company_id)
)

select * from final
