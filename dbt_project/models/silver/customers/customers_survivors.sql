{{ survivors(
    'customer',
    ref('customers_members'),
    ref('survivorship_rules'),
    ref('source_priorities'),
    added={'company_customer_id': 'text', 'owner_employee_id': 'text'},
) }}
