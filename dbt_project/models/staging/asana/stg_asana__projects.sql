{{ stage_records(source('bronze_asana', 'projects'), codes=ref('codes_asana')) }}
