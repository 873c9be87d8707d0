{{ stage_records(source('bronze_klaviyo', 'flow_results'), codes=ref('codes_klaviyo')) }}
