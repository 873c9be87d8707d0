{{ stage_records(source('bronze_salesforce', 'events'), codes=ref('codes_salesforce')) }}
