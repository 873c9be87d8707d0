{{ stage_records(source('bronze_files', 'quickbooks_transactions'), codes=ref('codes_files')) }}
