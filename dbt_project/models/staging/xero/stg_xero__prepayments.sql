{{ stage_records(source('bronze_xero', 'prepayments'), codes=ref('codes_xero')) }}
