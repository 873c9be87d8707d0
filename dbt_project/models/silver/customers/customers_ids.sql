{{ golden_ids(
    'customer_id', ref('customers_numbered'), ref('customers_groups'), ref('customers_changes')
) }}
