-- noqa: disable=PRS
-- The linter's DuckDB grammar (sqlfluff 4.5) has no `using key`.
{{ cut_clusters(
    'customer', ref('customers_links'), ref('customers_numbered'), ref('never_match'), '-strength'
) }}
