{{ stage_records(source('bronze_klaviyo', 'list_sizes'), codes=ref('codes_klaviyo')) }}
