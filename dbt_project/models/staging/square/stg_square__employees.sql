{{ stage_records(source('bronze_square', 'team_members'), codes=ref('codes_square')) }}
