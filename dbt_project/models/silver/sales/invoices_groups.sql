{{ connected_components(ref('invoices_links'), 'record_number', 'linked_record_number') }}
