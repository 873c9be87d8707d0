{{ stage_records(source('bronze_klaviyo', 'catalog_variants'), codes=ref('codes_klaviyo')) }}
