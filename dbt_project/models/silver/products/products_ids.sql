{{ golden_ids(
    'product_id', ref('products_numbered'), ref('products_groups'), ref('products_changes')
) }}
