{{ union_records([
    ref('stg_files__shopify_inventory_levels'),
    ref('stg_files__shopify_location_levels'),
    ref('stg_quickbooks__inventory_levels'),
    ref('stg_shopify__inventory_levels'),
    ref('stg_square__inventory_levels'),
    ref('stg_xero__inventory_levels'),
]) }}
