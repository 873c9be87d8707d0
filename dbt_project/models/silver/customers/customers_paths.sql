-- noqa: disable=PRS
-- The linter's DuckDB grammar (sqlfluff 4.5) has no `using key`.
{{ match_paths(
    'customer_id',
    ref('customers_numbered'),
    ref('customers_groups'),
    kept_links(ref('customers_links'), ref('customers_cuts')),
) }}
