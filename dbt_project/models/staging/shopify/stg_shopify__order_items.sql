{{ stage_array(ref('stg_shopify__orders'), codes=ref('codes_shopify')) }}
