{{ stage_records(source('bronze_square', 'payments'), codes=ref('codes_square')) }}
