-- Fails if an order's total is not subtotal, tax, shipping, tips and other charges together.
-- Then revenue without tax is wrong for it, or the source wrote it wrongly.
{{ config(severity='warn') }}

with added as (
    select
        order_id,
        order_number,
        total_amount,
        subtotal_amount
        + case when coalesce(is_tax_included, false) then 0 else coalesce(tax_amount, 0) end
        + coalesce(shipping_amount, 0)
        + coalesce(tip_amount, 0)
        + coalesce(other_charges_amount, 0) as expected_total_amount
    from {{ ref('orders') }}
    where subtotal_amount is not null and total_amount is not null
),

final as (
    select
        *,
        'total differs from its parts' as broken_rule
    from added
    where abs(total_amount - expected_total_amount) > 0.05
)

select * from final
