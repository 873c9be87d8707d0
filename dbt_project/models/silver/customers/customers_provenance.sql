{{ golden_provenance(
    'customer',
    ref('customers_members'),
    ref('customers_survivors'),
    ref('customers_contests'),
    ref('survivorship_decisions'),
) }}
