{{ stage_array(ref('stg_square__orders'), codes=ref('codes_square')) }}
