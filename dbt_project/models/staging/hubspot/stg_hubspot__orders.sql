{{ stage_records(source('bronze_hubspot', 'orders'), codes=ref('codes_hubspot')) }}
