{{ stage_records(source('bronze_xero', 'users'), codes=ref('codes_xero')) }}
