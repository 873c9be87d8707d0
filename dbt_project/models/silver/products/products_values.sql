{{ golden_values(
    'product',
    'product_id',
    ref('products_members'),
    ref('products_survivors'),
    added={'supplier_customer_id': 'text'},
) }}
