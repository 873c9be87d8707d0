-- noqa: disable=PRS
-- The linter's DuckDB grammar (sqlfluff 4.5) has no `using key`.
{{ connected_components(
    kept_links(ref('employees_links'), ref('employees_cuts')),
    'record_number',
    'linked_record_number',
) }}
