{{ survivors(
    'employee',
    ref('employees_members'),
    ref('survivorship_rules'),
    ref('source_priorities'),
    added={'manager_employee_id': 'text'},
) }}
