-- Fails if a field that a mapping requires vanished from its stream or holds another type now.
-- Then every new record of the stream is in quarantine, or soon will be.
with final as (
    select
        system,
        connection,
        stream,
        path,
        staging_models,
        says as broken_rule
    from {{ ref('drift') }}
    where is_required
)

select * from final
