{{ stage_array(ref('stg_quickbooks__bills'), codes=ref('codes_quickbooks')) }}
