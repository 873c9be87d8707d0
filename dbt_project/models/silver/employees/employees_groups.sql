{{ connected_components(ref('employees_links'), 'record_number', 'linked_record_number') }}
