{{ union_records([
    ref('stg_quickbooks__items'),
    ref('stg_xero__items'),
]) }}
