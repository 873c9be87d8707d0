{%- set written = "case when amount <> 0 then cast(amount as text) || ' ' || term end" -%}
with terms as (
    select
        *,
        case when side = 'left' then {{ written }} end as left_text,
        case when side = 'right' then {{ written }} end as right_text
    from {{ ref('ledger_terms') }}
),

summed as (
    select
        equation,
        system,
        connection,
        stream,
        entity,
        staging_model,
        load_id,
        cast(sum(case when side = 'left' then amount else 0 end) as bigint) as left_count,
        cast(sum(case when side = 'right' then amount else 0 end) as bigint) as right_count,
        {{ texts_in_order('left_text', 'term', ' + ') }} as left_terms,
        {{ texts_in_order('right_text', 'term', ' + ') }} as right_terms
    from terms
    group by equation, system, connection, stream, entity, staging_model, load_id
),

final as (
    select
        {{ ledger_key() }} as ledger_key,
        equation,
        system,
        connection,
        stream,
        entity,
        staging_model,
        load_id,
        left_count,
        right_count,
        left_count - right_count as difference,
        coalesce(left_terms, 'nothing') as left_terms,
        coalesce(right_terms, 'nothing') as right_terms
    from summed
)

select * from final
