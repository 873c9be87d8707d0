{{ union_records([
    ref('stg_quickbooks__customers'),
    ref('stg_quickbooks__vendors'),
    ref('stg_xero__contacts'),
]) }}
