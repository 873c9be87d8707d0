{{ stage_records(source('bronze_square', 'refunds'), codes=ref('codes_square')) }}
