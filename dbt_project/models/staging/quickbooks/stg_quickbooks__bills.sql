{{ stage_records(source('bronze_quickbooks', 'bills'), codes=ref('codes_quickbooks')) }}
