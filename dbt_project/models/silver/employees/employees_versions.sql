{{ golden_versions('employee', ref('employees')) }}
