{{ union_records([
    ref('stg_files__hubspot_deals'),
    ref('stg_hubspot__deals'),
    ref('stg_salesforce__opportunities'),
]) }}
