{{ golden_provenance(
    'product',
    ref('products_members'),
    ref('products_survivors'),
    ref('products_contests'),
    ref('survivorship_decisions'),
) }}
