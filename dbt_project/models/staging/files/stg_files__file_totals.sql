{{ stage_array(ref('stg_files__files'), codes=ref('codes_files')) }}
