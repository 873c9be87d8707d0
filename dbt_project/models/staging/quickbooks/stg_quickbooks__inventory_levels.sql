{{ stage_records(source('bronze_quickbooks', 'items'), codes=ref('codes_quickbooks')) }}
