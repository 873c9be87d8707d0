{{ union_records([
    ref('stg_mailchimp__audience_sizes'),
    ref('stg_quickbooks__profit_and_loss'),
    ref('stg_quickbooks__receivables'),
    ref('stg_shopify__daily_sales'),
    ref('stg_square__daily_sales'),
]) }}
