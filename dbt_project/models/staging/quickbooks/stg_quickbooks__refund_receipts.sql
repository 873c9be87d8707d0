{{ stage_records(source('bronze_quickbooks', 'refund_receipts'), codes=ref('codes_quickbooks')) }}
