{{ stage_array(ref('stg_xero__receivable_sections'), codes=ref('codes_xero')) }}
