{{ union_records([
    ref('stg_hubspot__subscribers'),
]) }}
