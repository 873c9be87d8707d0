{{ stage_records(source('bronze_square', 'inventory_counts'), codes=ref('codes_square')) }}
