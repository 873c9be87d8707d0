{{ stage_records(source('bronze_salesforce', 'orders'), codes=ref('codes_salesforce')) }}
