{{ stage_records(source('bronze_hubspot', 'products'), codes=ref('codes_hubspot')) }}
