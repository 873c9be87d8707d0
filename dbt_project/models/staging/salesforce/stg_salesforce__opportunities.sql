{{ stage_records(source('bronze_salesforce', 'opportunities'), codes=ref('codes_salesforce')) }}
