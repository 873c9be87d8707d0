{{ survivors(
    'product',
    ref('products_members'),
    ref('survivorship_rules'),
    ref('source_priorities'),
    added={'supplier_customer_id': 'text'},
) }}
