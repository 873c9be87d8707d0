{{ stage_records(source('bronze_files', 'hubspot_contacts'), codes=ref('codes_files')) }}
