{{ stage_records(source('bronze_salesforce', 'leads'), codes=ref('codes_salesforce')) }}
