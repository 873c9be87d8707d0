{{ stage_records(source('bronze_files', 'quickbooks_customers'), codes=ref('codes_files')) }}
