{{ union_records([
    ref('stg_files__square_payments'),
    ref('stg_files__stripe_payments'),
    ref('stg_hubspot__payments'),
    ref('stg_quickbooks__bill_payments'),
    ref('stg_quickbooks__payments'),
    ref('stg_quickbooks__purchase_payments'),
    ref('stg_quickbooks__sales_receipt_payments'),
    ref('stg_xero__bank_transactions'),
    ref('stg_xero__overpayments'),
    ref('stg_xero__payments'),
    ref('stg_xero__prepayments'),
]) }}
