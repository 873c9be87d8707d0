{{ stage_records(source('bronze_mailchimp', 'reports'), codes=ref('codes_mailchimp')) }}
