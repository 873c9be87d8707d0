{{ union_records([
    ref('stg_files__quickbooks_import_invoices'),
    ref('stg_files__quickbooks_invoices'),
    ref('stg_files__quickbooks_transactions'),
    ref('stg_files__xero_invoices'),
    ref('stg_hubspot__invoices'),
    ref('stg_quickbooks__bills'),
    ref('stg_quickbooks__invoices'),
    ref('stg_quickbooks__purchases'),
    ref('stg_quickbooks__sales_receipts'),
    ref('stg_square__invoices'),
    ref('stg_xero__invoices'),
]) }}
