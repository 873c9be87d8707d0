{{ stage_array(ref('stg_files__shopify_orders'), codes=ref('codes_files')) }}
