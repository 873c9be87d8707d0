{{ stage_records(source('bronze_quickbooks', 'purchases'), codes=ref('codes_quickbooks')) }}
