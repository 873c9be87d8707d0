{{ union_records([
    ref('stg_quickbooks__employees'),
    ref('stg_xero__users'),
]) }}
