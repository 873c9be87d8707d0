{{ stage_records(source('bronze_klaviyo', 'campaign_results'), codes=ref('codes_klaviyo')) }}
