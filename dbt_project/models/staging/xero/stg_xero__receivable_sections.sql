{{ stage_array(ref('stg_xero__aged_receivables'), codes=ref('codes_xero')) }}
