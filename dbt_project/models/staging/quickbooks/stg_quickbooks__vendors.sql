{{ stage_records(source('bronze_quickbooks', 'vendors'), codes=ref('codes_quickbooks')) }}
