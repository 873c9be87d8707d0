{{ stage_records(source('bronze_quickbooks', 'profit_and_loss'), codes=ref('codes_quickbooks')) }}
