{{ stage_records(source('bronze_xero', 'bank_transactions'), codes=ref('codes_xero')) }}
