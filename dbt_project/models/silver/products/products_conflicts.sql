{{ golden_conflicts(
    'product',
    ref('products_members'),
    ref('products_survivors'),
    ref('products_contests'),
) }}
