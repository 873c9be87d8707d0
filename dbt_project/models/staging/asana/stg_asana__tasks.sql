{{ stage_records(source('bronze_asana', 'tasks'), codes=ref('codes_asana')) }}
