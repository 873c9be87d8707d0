{{ stage_records(source('bronze_xero', 'aged_receivables'), codes=ref('codes_xero')) }}
