{{ golden_xref(
    'employee_id', ref('employees_numbered'), ref('employees_groups'), ref('employees_links')
) }}
