with members as (
    select
        customer_id,
        min(company_customer_id) as company_customer_id
    from {{ ref('customers_members') }}
    where party = 'person'
    group by customer_id
),

pairs as (
    select
        one.customer_id as first_id,
        other.customer_id as second_id,
        pairs.related_probability,
        pairs.reason
    from {{ ref('customers_pairs') }} as pairs
    inner join {{ ref('customers_xref') }} as one on pairs.record_key = one.record_key
    inner join {{ ref('customers_xref') }} as other on pairs.linked_record_key = other.record_key
    where pairs.match_class = 'related' and one.customer_id <> other.customer_id
),

related as (
    select
        least(first_id, second_id) as customer_id,
        greatest(first_id, second_id) as related_customer_id,
        count(*) as pair_count,
        max(related_probability) as probability,
        {{ value_at_min('reason', '-related_probability') }} as reason
    from pairs
    group by least(first_id, second_id), greatest(first_id, second_id)
),

final as (
    select
        related.customer_id,
        related.related_customer_id,
        case
            when first_one.company_customer_id = second_one.company_customer_id then 'colleague'
            else 'household'
        end as relation,
        related.pair_count,
        related.probability,
        related.reason
    from related
    left join members as first_one on related.customer_id = first_one.customer_id
    left join members as second_one on related.related_customer_id = second_one.customer_id
    union all
    select
        customer_id,
        company_customer_id as related_customer_id,
        'works_at' as relation,
        count(*) as pair_count,
        1 as probability,
        'a system keeps the person under the company' as reason
    from {{ ref('customers_members') }}
    where party = 'person' and company_customer_id is not null
    group by customer_id, company_customer_id
)

select * from final
