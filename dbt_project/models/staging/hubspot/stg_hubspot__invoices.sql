{{ stage_records(source('bronze_hubspot', 'invoices'), codes=ref('codes_hubspot')) }}
