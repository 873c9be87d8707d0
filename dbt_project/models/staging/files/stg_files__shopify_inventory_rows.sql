{{ stage_records(
    source('bronze_files', 'shopify_inventory_by_location'), codes=ref('codes_files')
) }}
