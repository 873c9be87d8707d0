{{ stage_records(source('bronze_bamboohr', 'employees'), codes=ref('codes_bamboohr')) }}
