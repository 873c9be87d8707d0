{{ stage_array(ref('stg_quickbooks__purchases'), codes=ref('codes_quickbooks')) }}
