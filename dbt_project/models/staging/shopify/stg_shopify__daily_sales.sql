{{ stage_records(source('bronze_shopify', 'daily_sales'), codes=ref('codes_shopify')) }}
