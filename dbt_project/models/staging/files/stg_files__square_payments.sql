{{ stage_records(source('bronze_files', 'square_transactions'), codes=ref('codes_files')) }}
