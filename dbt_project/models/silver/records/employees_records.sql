{{ union_records([
    ref('stg_asana__users'),
    ref('stg_bamboohr__employees'),
    ref('stg_bamboohr__users'),
    ref('stg_hubspot__employees'),
    ref('stg_quickbooks__employees'),
    ref('stg_salesforce__employees'),
    ref('stg_square__employees'),
    ref('stg_xero__users'),
]) }}
