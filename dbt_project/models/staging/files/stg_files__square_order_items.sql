{{ stage_array(ref('stg_files__square_orders'), codes=ref('codes_files')) }}
