{{ stage_records(source('bronze_mailchimp', 'ecommerce_customers'), codes=ref('codes_mailchimp')) }}
