{{ stage_records(source('bronze_shopify', 'orders'), codes=ref('codes_shopify')) }}
