{{ stage_records(source('bronze_shopify', 'customers'), codes=ref('codes_shopify')) }}
