{{ golden_provenance(
    'employee',
    ref('employees_members'),
    ref('employees_survivors'),
    ref('employees_contests'),
    ref('survivorship_decisions'),
) }}
