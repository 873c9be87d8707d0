{{ stage_records(source('bronze_files', 'hubspot_companies'), codes=ref('codes_files')) }}
