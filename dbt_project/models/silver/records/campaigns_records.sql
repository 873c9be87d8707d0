{{ union_records([
    ref('stg_hubspot__campaigns'),
    ref('stg_hubspot__email_campaigns'),
    ref('stg_hubspot__marketing_events'),
    ref('stg_klaviyo__campaign_messages'),
    ref('stg_klaviyo__campaign_results'),
    ref('stg_klaviyo__campaigns'),
    ref('stg_klaviyo__flow_results'),
    ref('stg_klaviyo__flows'),
    ref('stg_mailchimp__automations'),
    ref('stg_mailchimp__campaigns'),
    ref('stg_mailchimp__reports'),
    ref('stg_salesforce__campaigns'),
]) }}
