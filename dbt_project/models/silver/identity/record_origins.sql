with final as (
    {{ record_origins('customer', ref('customers_records')) }}
    union all
    {{ record_origins('product', ref('products_records')) }}
    union all
    {{ record_origins('employee', ref('employees_records')) }}
)

select * from final
