{{ stage_records(source('bronze_mailchimp', 'campaigns'), codes=ref('codes_mailchimp')) }}
