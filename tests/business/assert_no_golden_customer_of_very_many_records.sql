-- Fails if one golden customer consists of more than 50 records.
-- Then a shared value probably chained strangers together.
{{ config(severity='warn') }}

with final as (
    select
        customer_id,
        record_count,
        'more than 50 records' as broken_rule
    from {{ ref('customers') }}
    where record_count > 50
)

select * from final
