{{ stage_records(source('bronze_salesforce', 'products'), codes=ref('codes_salesforce')) }}
