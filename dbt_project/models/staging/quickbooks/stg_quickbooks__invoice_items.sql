{{ stage_array(ref('stg_quickbooks__invoices'), codes=ref('codes_quickbooks')) }}
