{{ union_records([
    ref('stg_files__shopify_products'),
    ref('stg_files__square_products'),
    ref('stg_files__supplier_products'),
    ref('stg_hubspot__products'),
    ref('stg_klaviyo__products'),
    ref('stg_quickbooks__items'),
    ref('stg_salesforce__products'),
    ref('stg_shopify__products'),
    ref('stg_square__products'),
    ref('stg_xero__items'),
]) }}
