{{ chosen_records(
    'order', 'order_id', ref('orders_numbered'), ref('orders_xref'), ref('source_priorities')
) }}
