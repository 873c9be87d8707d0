{{ stage_records(source('bronze_hubspot', 'owners'), codes=ref('codes_hubspot')) }}
