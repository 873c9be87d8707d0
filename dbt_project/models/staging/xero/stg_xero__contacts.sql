{{ stage_records(source('bronze_xero', 'contacts'), codes=ref('codes_xero')) }}
