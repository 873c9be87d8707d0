{{ stage_records(source('bronze_files', 'supplier_price_list'), codes=ref('codes_files')) }}
