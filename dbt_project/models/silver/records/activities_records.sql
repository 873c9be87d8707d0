{{ union_records([
    ref('stg_hubspot__calls'),
    ref('stg_hubspot__emails'),
    ref('stg_hubspot__meetings'),
    ref('stg_hubspot__notes'),
    ref('stg_hubspot__tasks'),
    ref('stg_salesforce__events'),
    ref('stg_salesforce__tasks'),
]) }}
