{{ stage_records(source('bronze_hubspot', 'companies'), codes=ref('codes_hubspot')) }}
