{{ stage_records(source('bronze_hubspot', 'deals'), codes=ref('codes_hubspot')) }}
