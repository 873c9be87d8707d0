{{ survivors(
    'employee',
    ref('employees_members'),
    ref('employees_contests'),
    ref('survivorship_decisions'),
) }}
