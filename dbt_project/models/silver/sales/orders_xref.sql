{{ golden_xref(
    'order_id', ref('orders_numbered'), ref('orders_groups'), ref('orders_links')
) }}
