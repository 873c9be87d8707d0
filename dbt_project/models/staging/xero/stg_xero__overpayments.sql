{{ stage_records(source('bronze_xero', 'overpayments'), codes=ref('codes_xero')) }}
