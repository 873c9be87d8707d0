{{ stage_records(source('bronze_quickbooks', 'employees'), codes=ref('codes_quickbooks')) }}
