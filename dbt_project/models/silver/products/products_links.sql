with matches as (
    select
        scores.linked_record_number as record_number,
        scores.record_number as linked_record_number,
        'match' as evidence,
        cast(1000 - 10 * least(scores.match_weight, 90) as bigint) as strength,
        patterns.reason
    from {{ ref('products_matches') }} as matches
    inner join {{ ref('products_scores') }} as scores
        on
            matches.record_number = scores.record_number
            and matches.linked_record_number = scores.linked_record_number
    inner join {{ ref('products_patterns') }} as patterns
        on scores.plan = patterns.plan and scores.pattern = patterns.pattern
    where matches.is_kept
),

decided_links as (
    {{ decided_links('product', ref('products_numbered'), ref('must_match')) }}
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
