{{ survivors(
    'product',
    ref('products_members'),
    ref('products_contests'),
    ref('survivorship_decisions'),
) }}
