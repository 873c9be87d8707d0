with records as (
    select * from {{ ref('invoices_records') }}
),

final as (
    select
        {{ number_records() }} as record_number,
        record_key,
        connection,
        system,
        stream,
        record_id,
        'invoice' as party,
        {{ comparable_code('invoice_number') }} as number_key,
        {{ comparable_code('invoice_number') }}
        || ' ' || coalesce(direction, 'receivable') || ' ' || currency
        || ' ' || cast(total_amount as text) as number_and_total_key,
        external_system,
        external_stream,
        external_id,
        is_deleted,
        verdict = 'quarantined' as is_quarantined,
        changed_at,
        first_seen_at,
        extracted_at
    from records
)

select * from final
