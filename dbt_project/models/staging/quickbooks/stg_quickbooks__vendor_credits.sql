{{ stage_records(source('bronze_quickbooks', 'vendor_credits'), codes=ref('codes_quickbooks')) }}
