{{ union_records([
]) }}
