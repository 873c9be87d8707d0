{{ stage_records(source('bronze_hubspot', 'contacts'), codes=ref('codes_hubspot')) }}
