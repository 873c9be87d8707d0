{{ stage_records(source('bronze_hubspot', 'meetings'), codes=ref('codes_hubspot')) }}
