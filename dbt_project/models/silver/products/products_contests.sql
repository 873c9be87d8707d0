{{ golden_contests(
    'product',
    ref('products_members'),
    ref('survivorship_rules'),
    ref('source_priorities'),
    ref('survivorship_decisions'),
) }}
