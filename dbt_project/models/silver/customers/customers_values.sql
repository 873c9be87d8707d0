{{ golden_values(
    'customer',
    'customer_id',
    ref('customers_members'),
    ref('customers_survivors'),
    added={'company_customer_id': 'text', 'owner_employee_id': 'text'},
) }}
