{{ stage_records(source('bronze_klaviyo', 'segment_sizes'), codes=ref('codes_klaviyo')) }}
