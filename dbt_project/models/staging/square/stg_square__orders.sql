{{ stage_records(source('bronze_square', 'orders'), codes=ref('codes_square')) }}
