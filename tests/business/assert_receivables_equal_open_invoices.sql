-- Fails if the open amounts of receivables_ageing and of the open invoices differ.
-- Then a debt is missing from the ageing, or an ageing class overlaps another.
with silver_total as (
    select
        count(*) as invoice_count,
        coalesce(sum(open_amount), 0) as open_amount
    from {{ ref('invoices') }}
    where direction = 'receivable' and open_amount > 0 and not coalesce(is_test, false)
),

gold_total as (
    select
        count(*) as invoice_count,
        coalesce(sum(open_amount), 0) as open_amount
    from {{ ref('receivables_ageing') }}
),

final as (
    select
        silver_total.invoice_count as silver_invoice_count,
        gold_total.invoice_count as gold_invoice_count,
        silver_total.open_amount as silver_open_amount,
        gold_total.open_amount as gold_open_amount,
        'receivables differ' as broken_rule
    from silver_total
    cross join gold_total
    where
        silver_total.invoice_count <> gold_total.invoice_count
        or abs(silver_total.open_amount - gold_total.open_amount)
        > 0.01 * silver_total.invoice_count
)

select * from final
