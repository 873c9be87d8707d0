-- Fails if what suppliers are owed is not the sum of the open bills that name a supplier.
-- Then a bill is counted for nobody, or twice.
with owed as (
    select sum(open_amount) as amount from {{ ref('suppliers') }}
),

billed as (
    select sum(open_reporting_amount) as amount
    from {{ ref('invoices') }}
    where
        direction = 'payable'
        and status not in ('draft', 'voided')
        and not coalesce(is_test, false)
        and customer_id is not null
),

final as (
    select
        owed.amount as owed_amount,
        billed.amount as billed_amount
    from owed
    cross join billed
    where coalesce(owed.amount, 0) <> coalesce(billed.amount, 0)
)

select * from final
