{{ stage_records(source('bronze_hubspot', 'marketing_emails'), codes=ref('codes_hubspot')) }}
