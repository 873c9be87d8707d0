{{ connected_components(ref('products_links'), 'record_number', 'linked_record_number') }}
