-- noqa: disable=PRS
-- The linter's DuckDB grammar (sqlfluff 4.5) has no `using key`.
{{ match_paths(
    'employee_id',
    ref('employees_numbered'),
    ref('employees_groups'),
    kept_links(ref('employees_links'), ref('employees_cuts')),
) }}
