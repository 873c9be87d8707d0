{{ stage_records(source('bronze_salesforce', 'campaigns'), codes=ref('codes_salesforce')) }}
