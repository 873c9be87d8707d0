{{ union_records([
    ref('stg_quickbooks__credit_memos'),
    ref('stg_quickbooks__purchase_refunds'),
    ref('stg_quickbooks__refund_receipts'),
    ref('stg_quickbooks__vendor_credits'),
    ref('stg_shopify__refunds'),
    ref('stg_square__refunds'),
    ref('stg_xero__credit_notes'),
]) }}
