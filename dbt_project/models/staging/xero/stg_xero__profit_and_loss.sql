{{ stage_records(source('bronze_xero', 'profit_and_loss'), codes=ref('codes_xero')) }}
