{{ stage_array(ref('stg_quickbooks__aged_receivables'), codes=ref('codes_quickbooks')) }}
