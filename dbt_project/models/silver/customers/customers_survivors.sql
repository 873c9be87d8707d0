{{ survivors(
    'customer',
    ref('customers_members'),
    ref('customers_contests'),
    ref('survivorship_decisions'),
) }}
