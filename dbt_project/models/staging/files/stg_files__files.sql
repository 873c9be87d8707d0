{{ stage_records(source('bronze_files', 'files'), codes=ref('codes_files')) }}
