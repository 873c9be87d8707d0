with matches as (
    {{ match_evidence(
        ref('customers_matches'), ref('customers_scores'), ref('customers_patterns')
    ) }}
),

decided_links as (
    {{ decided_links(
        'customer', ref('customers_numbered'), ref('must_match'), ref('accepted_clusters')
    ) }}
),

external_links as (
    {{ external_id_links('customer', ref('customers_numbered'), ref('identity_rules')) }}
),

merged_links as (
    {{ merged_links('customer', ref('customers_numbered'), ref('identity_rules')) }}
),

final as (
    select * from matches
    union all
    select * from decided_links
    union all
    select * from external_links
    union all
    select * from merged_links
)

select * from final
