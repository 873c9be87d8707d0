{{ stage_array(ref('stg_files__quickbooks_import_invoices'), codes=ref('codes_files')) }}
