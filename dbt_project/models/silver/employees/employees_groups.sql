-- noqa: disable=PRS
-- The linter's DuckDB grammar (sqlfluff 4.5) has no `using key`.
{{ golden_groups(
    ref('employees_links'),
    ref('employees_cuts'),
    earlier_build(this, ['record_number', 'founder_number', 'group_number']),
) }}
