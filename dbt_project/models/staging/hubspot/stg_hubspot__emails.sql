{{ stage_records(source('bronze_hubspot', 'emails'), codes=ref('codes_hubspot')) }}
