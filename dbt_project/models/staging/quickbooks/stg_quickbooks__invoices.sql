{{ stage_records(source('bronze_quickbooks', 'invoices'), codes=ref('codes_quickbooks')) }}
