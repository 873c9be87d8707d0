{{ stage_records(source('bronze_hubspot', 'notes'), codes=ref('codes_hubspot')) }}
