{{ stage_records(source('bronze_salesforce', 'accounts'), codes=ref('codes_salesforce')) }}
