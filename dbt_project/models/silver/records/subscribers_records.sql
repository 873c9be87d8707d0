{{ union_records([
    ref('stg_hubspot__subscribers'),
    ref('stg_klaviyo__subscribers'),
    ref('stg_mailchimp__subscribers'),
]) }}
