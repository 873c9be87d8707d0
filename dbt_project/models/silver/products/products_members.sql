with records as (
    select * from {{ ref('products_records') }}
),

numbered as (
    select * from {{ ref('products_numbered') }}
),

final as (
    select
        numbered.record_number,
        coalesce(grouped.founder_number, numbered.record_number) as founder_number,
        xref.product_id,
        referenced.customer_id as supplier_customer_id,
        {{ record_fields('product', 'records') -}}
    from numbered
    inner join records on numbered.record_key = records.record_key
    inner join {{ ref('products_xref') }} as xref on numbered.record_key = xref.record_key
    left join {{ ref('products_groups') }} as grouped
        on numbered.record_number = grouped.record_number
    left join {{ ref('customers_xref') }} as referenced
        on {{ reference_key('records', 'supplier') }} = referenced.record_key
)

select * from final
