{{ stage_records(source('bronze_files', 'shopify_orders'), codes=ref('codes_files')) }}
