{{ stage_records(source('bronze_quickbooks', 'customers'), codes=ref('codes_quickbooks')) }}
