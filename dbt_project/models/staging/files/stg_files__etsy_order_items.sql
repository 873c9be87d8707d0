{{ stage_records(source('bronze_files', 'etsy_order_items'), codes=ref('codes_files')) }}
