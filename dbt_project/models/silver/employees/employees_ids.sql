{{ golden_ids(
    'employee_id', ref('employees_numbered'), ref('employees_groups'), ref('employees_changes')
) }}
