{{ golden_contests(
    'customer',
    ref('customers_members'),
    ref('survivorship_rules'),
    ref('source_priorities'),
    ref('survivorship_decisions'),
) }}
