{{ stage_array(ref('stg_files__xero_invoices'), codes=ref('codes_files')) }}
