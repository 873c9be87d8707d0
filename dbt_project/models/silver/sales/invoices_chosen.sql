{{ chosen_records(
    'invoice',
    'invoice_id',
    ref('invoices_numbered'),
    ref('invoices_xref'),
    ref('source_priorities'),
) }}
