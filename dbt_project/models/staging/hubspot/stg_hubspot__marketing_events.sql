{{ stage_records(source('bronze_hubspot', 'marketing_events'), codes=ref('codes_hubspot')) }}
