{{ stage_records(source('bronze_hubspot', 'tasks'), codes=ref('codes_hubspot')) }}
