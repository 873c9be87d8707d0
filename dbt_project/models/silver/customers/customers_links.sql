with matches as (
    select
        pairs.linked_record_number as record_number,
        pairs.record_number as linked_record_number,
        'match' as evidence,
        cast(1000 - 10 * least(pairs.match_weight, 90) as bigint) as strength,
        pairs.reason
    from {{ ref('customers_matches') }} as matches
    inner join {{ ref('customers_pairs') }} as pairs
        on
            matches.record_number = pairs.record_number
            and matches.linked_record_number = pairs.linked_record_number
),

decided_links as (
    {{ decided_links('customer', ref('customers_numbered'), ref('must_match')) }}
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
