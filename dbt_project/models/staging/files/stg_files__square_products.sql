{{ stage_records(source('bronze_files', 'square_item_library'), codes=ref('codes_files')) }}
