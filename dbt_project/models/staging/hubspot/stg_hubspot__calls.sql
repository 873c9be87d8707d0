{{ stage_records(source('bronze_hubspot', 'calls'), codes=ref('codes_hubspot')) }}
