-- Fails if customer_360 lacks a golden customer that is not deleted, or holds another one.
-- Then someone the company knows is in no customer report.
with final as (
    select
        coalesce(customers.customer_id, gold.customer_id) as customer_id,
        case
            when gold.customer_id is null then 'missing in customer_360'
            else 'not a live customer'
        end as broken_rule
    from (
        select customer_id from {{ ref('customers') }}
        where not is_deleted
    ) as customers
    full outer join {{ ref('customer_360') }} as gold on customers.customer_id = gold.customer_id
    where customers.customer_id is null or gold.customer_id is null
)

select * from final
