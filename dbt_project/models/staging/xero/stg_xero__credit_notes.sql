{{ stage_records(source('bronze_xero', 'credit_notes'), codes=ref('codes_xero')) }}
