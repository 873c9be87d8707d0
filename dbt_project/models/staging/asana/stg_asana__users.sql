{{ stage_records(source('bronze_asana', 'users'), codes=ref('codes_asana')) }}
