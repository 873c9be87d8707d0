{{ union_records([
    ref('stg_bamboohr__time_off_requests'),
]) }}
