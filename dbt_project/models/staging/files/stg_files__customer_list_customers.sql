{{ stage_records(source('bronze_files', 'customer_list'), codes=ref('codes_files')) }}
