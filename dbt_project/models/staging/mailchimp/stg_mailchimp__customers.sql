{{ stage_records(source('bronze_mailchimp', 'list_members'), codes=ref('codes_mailchimp')) }}
