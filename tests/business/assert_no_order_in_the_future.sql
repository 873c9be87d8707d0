-- Fails if an order is dated after the vendors' clock of the last load.
-- Then revenue shows on a day that has not come.
{{ config(severity='warn') }}

with final as (
    select
        order_id,
        order_number,
        ordered_at,
        'ordered in the future' as broken_rule
    from {{ ref('orders') }}
    where ordered_date > {{ as_of_date() }}
)

select * from final
