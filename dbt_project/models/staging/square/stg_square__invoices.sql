{{ stage_records(source('bronze_square', 'invoices'), codes=ref('codes_square')) }}
