{{ stage_records(source('bronze_klaviyo', 'flows'), codes=ref('codes_klaviyo')) }}
