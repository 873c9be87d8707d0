{{ stage_records(source('bronze_files', 'hubspot_deals'), codes=ref('codes_files')) }}
