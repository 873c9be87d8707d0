{{ stage_records(source('bronze_quickbooks', 'sales_receipts'), codes=ref('codes_quickbooks')) }}
