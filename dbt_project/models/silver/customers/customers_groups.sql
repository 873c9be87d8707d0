{{ connected_components(ref('customers_links'), 'record_number', 'linked_record_number') }}
