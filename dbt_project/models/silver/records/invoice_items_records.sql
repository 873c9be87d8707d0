{{ union_records([
    ref('stg_files__quickbooks_import_invoice_items'),
    ref('stg_files__xero_invoice_items'),
    ref('stg_hubspot__invoice_items'),
    ref('stg_quickbooks__bill_items'),
    ref('stg_quickbooks__invoice_discounts'),
    ref('stg_quickbooks__invoice_items'),
    ref('stg_quickbooks__purchase_items'),
    ref('stg_quickbooks__sales_receipt_discounts'),
    ref('stg_quickbooks__sales_receipt_items'),
    ref('stg_xero__invoice_items'),
]) }}
