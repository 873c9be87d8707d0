-- noqa: disable=PRS
-- The linter's DuckDB grammar (sqlfluff 4.5) has no `using key`.
{{ cut_clusters(
    'employee', ref('employees_links'), ref('employees_numbered'), ref('never_match'), '-strength'
) }}
