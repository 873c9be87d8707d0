{{ stage_records(source('bronze_bamboohr', 'headcount'), codes=ref('codes_bamboohr')) }}
