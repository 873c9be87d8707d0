{{ union_records([
    ref('stg_files__hubspot_deals'),
]) }}
