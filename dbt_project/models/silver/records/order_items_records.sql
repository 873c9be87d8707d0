{{ union_records([
    ref('stg_files__etsy_order_items'),
    ref('stg_files__shopify_order_items'),
    ref('stg_files__square_order_items'),
    ref('stg_hubspot__order_items'),
    ref('stg_salesforce__order_items'),
    ref('stg_shopify__order_items'),
    ref('stg_square__order_items'),
]) }}
