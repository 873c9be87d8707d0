{{ stage_records(source('bronze_klaviyo', 'campaign_messages'), codes=ref('codes_klaviyo')) }}
