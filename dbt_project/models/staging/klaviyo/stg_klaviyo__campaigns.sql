{{ stage_records(source('bronze_klaviyo', 'campaigns'), codes=ref('codes_klaviyo')) }}
