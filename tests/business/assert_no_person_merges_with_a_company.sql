-- Fails if one golden customer holds records of people and of companies.
-- Then a company's invoices show as a person's purchases.
with final as (
    select
        customer_id,
        min(party) as first_party,
        max(party) as last_party,
        'person merged with company' as broken_rule
    from {{ ref('customers_members') }}
    group by customer_id
    having min(party) <> max(party)
)

select * from final
