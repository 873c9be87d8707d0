{{ stage_records(source('bronze_quickbooks', 'bill_payments'), codes=ref('codes_quickbooks')) }}
