{{ golden_conflicts(
    'employee',
    ref('employees_members'),
    ref('employees_survivors'),
    ref('employees_contests'),
) }}
