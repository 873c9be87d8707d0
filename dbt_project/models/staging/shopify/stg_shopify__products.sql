{{ stage_records(source('bronze_shopify', 'variants'), codes=ref('codes_shopify')) }}
