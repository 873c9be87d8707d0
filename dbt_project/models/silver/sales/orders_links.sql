with key_links as ({{ key_links(ref('orders_evidence'), ref('orders_shared_keys')) }}),

external_links as (
    {{ external_id_links('order', ref('orders_numbered'), ref('identity_rules')) }}
),

final as (
    select * from key_links
    union all
    select * from external_links
)

select * from final
