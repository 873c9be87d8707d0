{{ stage_records(source('bronze_xero', 'items'), codes=ref('codes_xero')) }}
