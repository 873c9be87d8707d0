with key_links as ({{ key_links(ref('products_evidence'), ref('products_shared_keys')) }}),

external_links as (
    {{ external_id_links('product', ref('products_numbered'), ref('identity_rules')) }}
),

final as (
    select * from key_links
    union all
    select * from external_links
)

select * from final
