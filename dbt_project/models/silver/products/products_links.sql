with matches as (
    {{ match_evidence(
        ref('products_matches'), ref('products_scores'), ref('products_patterns')
    ) }}
),

decided_links as (
    {{ decided_links(
        'product', ref('products_numbered'), ref('must_match'), ref('accepted_clusters')
    ) }}
),

external_links as (
    {{ external_id_links('product', ref('products_numbered'), ref('identity_rules')) }}
),

final as (
    select * from matches
    union all
    select * from decided_links
    union all
    select * from external_links
)

select * from final
