{{ stage_records(source('bronze_square', 'daily_sales'), codes=ref('codes_square')) }}
