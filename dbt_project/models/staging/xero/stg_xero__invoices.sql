{{ stage_records(source('bronze_xero', 'invoices'), codes=ref('codes_xero')) }}
