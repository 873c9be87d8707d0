{{ golden_xref(
    'invoice_id', ref('invoices_numbered'), ref('invoices_groups'), ref('invoices_links')
) }}
