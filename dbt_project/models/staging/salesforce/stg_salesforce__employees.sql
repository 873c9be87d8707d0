{{ stage_records(source('bronze_salesforce', 'users'), codes=ref('codes_salesforce')) }}
