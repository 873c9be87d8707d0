{{ stage_records(source('bronze_hubspot', 'deal_totals'), codes=ref('codes_hubspot')) }}
