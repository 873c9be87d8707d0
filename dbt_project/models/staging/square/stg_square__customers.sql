{{ stage_records(source('bronze_square', 'customers'), codes=ref('codes_square')) }}
