{{ union_records([
    ref('stg_hubspot__campaigns'),
    ref('stg_hubspot__email_campaigns'),
    ref('stg_hubspot__marketing_events'),
    ref('stg_salesforce__campaigns'),
]) }}
