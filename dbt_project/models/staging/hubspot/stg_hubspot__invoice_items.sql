{{ stage_records(source('bronze_hubspot', 'line_items'), codes=ref('codes_hubspot')) }}
