{{ stage_records(source('bronze_salesforce', 'contacts'), codes=ref('codes_salesforce')) }}
