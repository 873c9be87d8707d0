{{ stage_records(source('bronze_files', 'shopify_customers'), codes=ref('codes_files')) }}
