{{ stage_records(source('bronze_hubspot', 'commerce_payments'), codes=ref('codes_hubspot')) }}
