{{ stage_records(source('bronze_files', 'stripe_payments'), codes=ref('codes_files')) }}
