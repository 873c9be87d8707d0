{{ stage_records(source('bronze_mailchimp', 'automations'), codes=ref('codes_mailchimp')) }}
