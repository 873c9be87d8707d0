{{ stage_records(source('bronze_files', 'square_items'), codes=ref('codes_files')) }}
