{{ golden_conflicts(
    'customer',
    ref('customers_members'),
    ref('customers_survivors'),
    ref('customers_contests'),
) }}
