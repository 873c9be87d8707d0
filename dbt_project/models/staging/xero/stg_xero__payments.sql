{{ stage_records(source('bronze_xero', 'payments'), codes=ref('codes_xero')) }}
