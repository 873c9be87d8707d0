with key_links as ({{ key_links(ref('customers_evidence'), ref('customers_shared_keys')) }}),

external_links as (
    {{ external_id_links('customer', ref('customers_numbered'), ref('identity_rules')) }}
),

merged_links as (
    {{ merged_links('customer', ref('customers_numbered'), ref('identity_rules')) }}
),

final as (
    select * from key_links
    union all
    select * from external_links
    union all
    select * from merged_links
)

select * from final
