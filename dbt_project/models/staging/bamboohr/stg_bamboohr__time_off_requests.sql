{{ stage_records(source('bronze_bamboohr', 'time_off_requests'), codes=ref('codes_bamboohr')) }}
