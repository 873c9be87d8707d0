{{ document_items(
    'order', ref('orders'), 'ordered_date',
    returned='coalesce(items.returned_quantity, items.quantity - items.current_quantity, 0)'
) }}
