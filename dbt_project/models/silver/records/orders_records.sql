{{ union_records([
    ref('stg_files__etsy_orders'),
    ref('stg_files__shopify_orders'),
    ref('stg_files__square_orders'),
    ref('stg_hubspot__orders'),
    ref('stg_salesforce__orders'),
    ref('stg_shopify__orders'),
    ref('stg_square__orders'),
]) }}
