{{ stage_records(source('bronze_quickbooks', 'aged_receivables'), codes=ref('codes_quickbooks')) }}
