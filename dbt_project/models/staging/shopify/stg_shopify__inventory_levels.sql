{{ stage_records(source('bronze_shopify', 'inventory_levels'), codes=ref('codes_shopify')) }}
