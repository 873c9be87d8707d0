{{ stage_array(ref('stg_xero__profit_and_loss'), codes=ref('codes_xero')) }}
