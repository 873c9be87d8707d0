{{ stage_records(source('bronze_quickbooks', 'payments'), codes=ref('codes_quickbooks')) }}
