{{ stage_records(source('bronze_square', 'variations'), codes=ref('codes_square')) }}
