{{ stage_records(
    source('bronze_salesforce', 'opportunity_totals'), codes=ref('codes_salesforce')
) }}
