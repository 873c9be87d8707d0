{{ stage_array(ref('stg_quickbooks__sales_receipts'), codes=ref('codes_quickbooks')) }}
