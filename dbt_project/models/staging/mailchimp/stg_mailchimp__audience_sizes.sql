{{ stage_records(source('bronze_mailchimp', 'lists'), codes=ref('codes_mailchimp')) }}
