{{ stage_records(source('bronze_salesforce', 'tasks'), codes=ref('codes_salesforce')) }}
