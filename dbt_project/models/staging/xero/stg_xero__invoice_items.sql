{{ stage_array(ref('stg_xero__invoices'), codes=ref('codes_xero')) }}
