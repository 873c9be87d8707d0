{{ stage_records(source('bronze_files', 'shopify_products'), codes=ref('codes_files')) }}
