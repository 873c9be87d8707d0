{{ stage_records(source('bronze_hubspot', 'campaigns'), codes=ref('codes_hubspot')) }}
