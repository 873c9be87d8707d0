{{ stage_records(source('bronze_bamboohr', 'users'), codes=ref('codes_bamboohr')) }}
