{{ stage_array(ref('stg_files__shopify_inventory_rows'), codes=ref('codes_files')) }}
