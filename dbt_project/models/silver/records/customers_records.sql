{{ union_records([
    ref('stg_files__customer_list_customers'),
    ref('stg_files__hubspot_companies'),
    ref('stg_files__hubspot_contacts'),
    ref('stg_files__quickbooks_customers'),
    ref('stg_files__shopify_customers'),
    ref('stg_quickbooks__customers'),
    ref('stg_quickbooks__vendors'),
    ref('stg_xero__contacts'),
]) }}
