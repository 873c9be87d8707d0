{{ stage_records(source('bronze_quickbooks', 'credit_memos'), codes=ref('codes_quickbooks')) }}
