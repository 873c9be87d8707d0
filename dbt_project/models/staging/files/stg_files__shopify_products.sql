{{ stage_array(ref('stg_files__shopify_product_groups'), codes=ref('codes_files')) }}
