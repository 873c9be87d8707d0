{{ stage_records(source('bronze_files', 'quickbooks_invoices'), codes=ref('codes_files')) }}
