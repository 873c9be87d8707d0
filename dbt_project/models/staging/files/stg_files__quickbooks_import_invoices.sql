{{ stage_records(source('bronze_files', 'quickbooks_invoice_lines'), codes=ref('codes_files')) }}
