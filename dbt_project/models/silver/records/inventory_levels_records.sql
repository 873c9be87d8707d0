{{ union_records([
    ref('stg_quickbooks__inventory_levels'),
    ref('stg_xero__inventory_levels'),
]) }}
