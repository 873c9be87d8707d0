{{ stage_records(source('bronze_files', 'shopify_inventory'), codes=ref('codes_files')) }}
