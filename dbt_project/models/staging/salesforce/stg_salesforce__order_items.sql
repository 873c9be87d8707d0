{{ stage_records(source('bronze_salesforce', 'order_items'), codes=ref('codes_salesforce')) }}
