{{ connected_components(ref('orders_links'), 'record_number', 'linked_record_number') }}
