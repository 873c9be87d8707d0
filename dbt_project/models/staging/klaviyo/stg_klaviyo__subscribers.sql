{{ stage_records(source('bronze_klaviyo', 'profiles'), codes=ref('codes_klaviyo')) }}
