{{ golden_contests(
    'employee',
    ref('employees_members'),
    ref('survivorship_rules'),
    ref('source_priorities'),
    ref('survivorship_decisions'),
) }}
