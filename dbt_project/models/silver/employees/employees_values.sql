{{ golden_values(
    'employee',
    'employee_id',
    ref('employees_members'),
    ref('employees_survivors'),
    added={'manager_employee_id': 'text'},
) }}
