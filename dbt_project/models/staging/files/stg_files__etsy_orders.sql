{{ stage_records(source('bronze_files', 'etsy_orders'), codes=ref('codes_files')) }}
