{{ stage_records(source('bronze_files', 'xero_invoices'), codes=ref('codes_files')) }}
