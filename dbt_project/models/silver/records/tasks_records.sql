{{ union_records([
    ref('stg_asana__tasks'),
]) }}
