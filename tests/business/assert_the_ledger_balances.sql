-- Fails if a record that was read is not in exactly one place: used, set aside, replaced, deleted.
-- Then something was lost or counted twice; a row names the equation and, where known, the key.
with final as (
    select
        ledger.equation,
        ledger.system,
        ledger.connection,
        ledger.stream,
        ledger.staging_model,
        ledger.load_id,
        ledger.difference,
        ledger.left_terms || ' is not ' || ledger.right_terms as broken_rule,
        named.record_id,
        named.problem
    from {{ ref('record_ledger') }} as ledger
    left join {{ ref('ledger_keys') }} as named
        on ledger.ledger_key = named.ledger_key
    where ledger.difference <> 0
)

select * from final
